using System.Diagnostics;
using NfsTools.Accounting.Collecting;

namespace NfsTools.Cli.Collecting;

/// <summary>How far a collector has come. Written by the collecting thread, read by the one that draws.</summary>
internal sealed class CollectProgress
{
    private readonly Dictionary<string, long> outstanding = [];
    private readonly Lock gate = new();
    private long busySince = Stopwatch.GetTimestamp();
    private long recordsBefore;

    public long Bytes { get; private set; }

    /// <summary>Bytes committed and bytes known to wait.</summary>
    public long Found { get; private set; }

    public long Records { get; private set; }

    public long Rejects { get; private set; }

    /// <summary>Since there last was nothing to do.</summary>
    public double RecordsPerSecond => (Records - recordsBefore) / Stopwatch.GetElapsedTime(busySince).TotalSeconds;

    public DateTimeOffset? LastCommit { get; private set; }

    public void Add(CollectorEvent happened)
    {
        lock (gate)
        {
            switch (happened.Kind)
            {
                case CollectorEventKind.Found:
                    AddFound(happened);
                    break;
                case CollectorEventKind.Committed:
                    outstanding[happened.Path] = Math.Max(0, outstanding.GetValueOrDefault(happened.Path) - happened.Bytes);
                    Bytes += happened.Bytes;
                    Records += happened.Records + happened.Duplicates;
                    Rejects += happened.Rejects;
                    LastCommit = DateTimeOffset.UtcNow;
                    break;
                default:
                    return;
            }

            Found = Bytes + outstanding.Values.Sum();
        }
    }

    /// <summary>Reads everything at one moment.</summary>
    public T Read<T>(Func<CollectProgress, T> reader)
    {
        lock (gate)
        {
            return reader(this);
        }
    }

    private void AddFound(CollectorEvent found)
    {
        if (Bytes == Found)
        {
            (busySince, recordsBefore) = (Stopwatch.GetTimestamp(), Records);
        }

        // A pass over an unfinished line finds the same bytes again.
        outstanding[found.Path] = found.Bytes;
    }
}
