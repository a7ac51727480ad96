namespace NfsTools.Watching;

/// <summary>One log that is followed by line: how far each of its generations was read, and what is next.</summary>
/// <param name="family">The log.</param>
/// <param name="known">How far its generations were read; null begins with what is written from now on.</param>
/// <param name="options">How it is followed.</param>
/// <param name="time">The clock.</param>
internal sealed class WatchedLog(LogFamily family, List<LogGeneration>? known, LogWatchOptions options, TimeProvider time)
{
    private bool begun;

    public LogFollower Follower { get; } = new(family, FirstLine.Any, options.NulPatience, time);

    /// <summary>Whether what is found now may have been written before the watch began.</summary>
    public bool IsCatchingUp { get; private set; }

    /// <summary>Finds what is to be read.</summary>
    /// <exception cref="IOException">The file system does not answer.</exception>
    public List<LogSegment> Scan()
    {
        known ??= SkipAll();
        var segments = Follower.Scan(known);
        (begun, IsCatchingUp) = (true, !begun);
        return segments;
    }

    /// <summary>Reads on in a segment; null where it does not hold its generation any more.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LogChunk? Read(LogSegment segment) => Follower.Read(segment, segment.Generation.Position);

    /// <summary>The complete lines of a chunk; the generation's position goes behind them.</summary>
    public List<LogLine> Lines(LogSegment segment, LogChunk chunk, FileEventOrigin origin)
    {
        var generation = segment.Generation;
        var data = chunk.Data[..CompleteBytes(chunk)].Span;
        var lines = new List<LogLine>();
        for (var at = 0; at < data.Length;)
        {
            var newline = data[at..].IndexOf((byte)'\n');
            var bytes = newline < 0 ? data[at..] : data.Slice(at, newline + 1);
            var next = at + bytes.Length;
            lines.Add(new LogLine
            {
                LivePath = Follower.Family.LivePath,
                Path = segment.Path,
                Generation = generation,
                Offset = generation.Position + at,
                Origin = origin,
                Remaining = chunk.Data.Length - next + chunk.Remaining,
                Bytes = bytes.ToArray(),
            });
            at = next;
        }

        if (lines.Count > 0)
        {
            generation.MoveTo(generation.Position + data.Length, LogSegment.Tail(data));
            if (!known!.Contains(generation))
            {
                known.Add(generation);
            }
        }

        return lines;
    }

    private static int CompleteBytes(LogChunk chunk)
    {
        var data = chunk.Data.Span;
        var nul = chunk.AcceptNuls ? -1 : data.IndexOf((byte)0);
        var complete = data[..(nul < 0 ? data.Length : nul)].LastIndexOf((byte)'\n') + 1;

        // A chunk without a newline is no line of a log: it is passed on as it is.
        return chunk.Final || (complete == 0 && nul < 0 && !chunk.Ended) ? data.Length : complete;
    }

    private List<LogGeneration> SkipAll()
    {
        var skipped = new List<LogGeneration>();
        foreach (var segment in Follower.Scan([]))
        {
            using (segment)
            {
                if (segment.Skip())
                {
                    skipped.Add(segment.Generation);
                }
            }
        }

        return skipped;
    }
}
