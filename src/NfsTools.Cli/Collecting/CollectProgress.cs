using System.Diagnostics;
using NfsTools.Accounting;

namespace NfsTools.Cli.Collecting;

/// <summary>How far a collector has come. Written by the collecting thread, read by the one that draws.</summary>
internal sealed class CollectProgress
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, long> outstanding = [];
    private readonly Lock gate = new();
    private long windowStart = Stopwatch.GetTimestamp();
    private long windowRecords;
    private bool rateIsSettled;

    public long Bytes { get; private set; }

    /// <summary>Bytes committed and bytes known to wait.</summary>
    public long Found { get; private set; }

    public long Records { get; private set; }

    public long Rejects { get; private set; }

    public double RecordsPerSecond { get; private set; }

    public DateTimeOffset? LastCommit { get; private set; }

    public void Add(CollectorEvent happened)
    {
        lock (gate)
        {
            switch (happened.Kind)
            {
                case CollectorEventKind.Found:
                    // A pass over an unfinished line finds the same bytes again.
                    outstanding[happened.Path] = happened.Bytes;
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
    public void Read(Action<CollectProgress> reader)
    {
        lock (gate)
        {
            var elapsed = Stopwatch.GetElapsedTime(windowStart);
            if (elapsed >= RateWindow || !rateIsSettled)
            {
                RecordsPerSecond = (Records - windowRecords) / elapsed.TotalSeconds;
            }

            if (elapsed >= RateWindow)
            {
                (windowStart, windowRecords, rateIsSettled) = (Stopwatch.GetTimestamp(), Records, true);
            }

            reader(this);
        }
    }
}
