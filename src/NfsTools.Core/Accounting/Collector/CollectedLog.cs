using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Store;
using NfsTools.Watching;

namespace NfsTools.Accounting;

/// <summary>One log as a collector sees it: its generations, and how they become batches of records.</summary>
internal sealed class CollectedLog
{
    private readonly LogFollower follower;
    private readonly RecordReader reader;
    private readonly TimeProvider time;
    private readonly CollectorPulse pulse;
    private readonly bool once;

    public CollectedLog(CollectorSource source, CollectorOptions options, CollectorPulse pulse, TimeProvider time)
    {
        (Source, this.pulse) = (source, pulse);
        (once, this.time) = (options.Once, time);
        follower = new LogFollower(source.Path, options.NulPatience, time);
        Format = RecordFormats.Get(source.Format);
        reader = new RecordReader(Format);
    }

    public CollectorSource Source { get; }

    public IRecordFormat Format { get; }

    public LogFamily Family => follower.Family;

    public List<LogGeneration> Generations { get; set; } = [];

    /// <summary>Finds what is to be read.</summary>
    /// <exception cref="NfsToolsException">Nothing is there, and it is looked for only once.</exception>
    public List<LogSegment> Scan()
    {
        var segments = follower.Scan(Generations);
        return once && !follower.LiveExists && segments.Count == 0 && Generations.Count == 0
            ? throw new NfsToolsException($"{Source.Path}: there is no such file, and no archive of it.", "Name the live accounting file, e.g. LSB_SHAREDIR/cluster/logdir/lsb.acct.")
            : segments;
    }

    /// <summary>Reads a segment in batches, each ready to be committed.</summary>
    public IEnumerable<CommitBatch> Read(LogSegment segment, CancellationToken cancellation)
    {
        var position = segment.Generation.Position;
        while (!cancellation.IsCancellationRequested && pulse.Ask(segment.Path, () => follower.Read(segment, position)) is { } chunk)
        {
            var (readAt, units) = (time.GetTimestamp(), new List<RecordUnit>());
            var used = reader.Read(chunk.Data, chunk.Final, chunk.AcceptNuls, units);
            if (used > 0)
            {
                yield return new CommitBatch
                {
                    Cluster = Source.Cluster,
                    Format = Format,
                    LivePath = Source.Path,
                    Path = segment.Path,
                    Generation = segment.Generation,
                    Start = position,
                    Data = chunk.Data[..used],
                    Units = units,
                    ReadAt = readAt,
                };
            }

            position += used;
            if (chunk.Ended || used == 0)
            {
                yield break;
            }
        }
    }

    public void Remember(LogGeneration generation)
    {
        if (!Generations.Contains(generation))
        {
            Generations.Add(generation);
        }
    }

    /// <inheritdoc cref="LogFollower.TakeNews"/>
    public string? TakeNews(string? failure = null) => follower.TakeNews(failure);
}
