using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Store;
using NfsTools.Watching;

namespace NfsTools.Accounting;

/// <summary>One log as a collector sees it: its generations, and what stands in the way of reading on.</summary>
internal sealed class CollectedLog
{
    private const int ChunkBytes = 4 << 20;
    private readonly LogFollower follower;
    private readonly RecordReader reader;
    private readonly TimeSpan patience;
    private readonly bool once;
    private readonly TimeProvider time;
    private (LogGeneration Generation, long Offset, long Since)? hole;
    private string? news;
    private string? lastNews;

    public CollectedLog(CollectorSource source, CollectorOptions options, TimeProvider time)
    {
        Source = source;
        this.time = time;
        patience = options.NulPatience;
        once = options.Once;
        follower = new LogFollower(source.Path, time);
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
        news = null;
        var segments = follower.Scan(Generations);
        if (!follower.LiveExists)
        {
            if (once && segments.Count == 0 && Generations.Count == 0)
            {
                throw new NfsToolsException($"{Source.Path}: there is no such file, and no archive of it.", "Name the live accounting file, e.g. LSB_SHAREDIR/cluster/logdir/lsb.acct.");
            }

            news = "the file is not there; waiting for it";
        }

        return segments;
    }

    /// <summary>Reads a segment in batches, each ready to be committed.</summary>
    public IEnumerable<CommitBatch> Read(LogSegment segment, CancellationToken cancellation)
    {
        var position = segment.Generation.Position;
        while (!cancellation.IsCancellationRequested)
        {
            var size = segment.Size;
            var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(size - position, 0, ChunkBytes));
            if (segment.Read(buffer, position) is not { } read)
            {
                yield break;
            }

            var units = new List<RecordUnit>();
            var data = buffer.AsMemory(0, read);
            var ended = position + read >= size || read < buffer.Length;
            var used = reader.Read(data, segment.Rotated && ended, AcceptNuls(segment, data.Span, position), units);
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
                    Data = data[..used],
                    Units = units,
                };
            }

            position += used;
            if (ended || used == 0)
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

    /// <summary>What stands in the way since the last scan; null when nothing does, or it was told before.</summary>
    public string? TakeNews() => news is not null && IsNews(news) ? news : lastNews = news;

    /// <summary>Whether this is not what was told last.</summary>
    public bool IsNews(string message)
    {
        var isNew = message != lastNews;
        lastNews = message;
        return isNew;
    }

    // A hole that its writer's host fills in is gone at the next look; one that stays is damage.
    private bool AcceptNuls(LogSegment segment, ReadOnlySpan<byte> data, long position)
    {
        var at = data.IndexOf((byte)0);
        if (at < 0)
        {
            return false;
        }

        if (hole is not { } seen || seen.Generation != segment.Generation || seen.Offset != position + at)
        {
            hole = seen = (segment.Generation, position + at, time.GetTimestamp());
        }

        // A file server's clock is not this host's: only where both are the same does the file's age count too.
        if (time.GetElapsedTime(seen.Since) >= patience || (follower.IsLocal && time.GetUtcNow() - segment.ModifyTime >= patience))
        {
            return true;
        }

        news = $"NUL bytes at byte {position + at}: not written back by the writer's host yet, or damage; waiting";
        return false;
    }
}
