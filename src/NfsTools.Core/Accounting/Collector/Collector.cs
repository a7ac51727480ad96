using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Store;
using NfsTools.FileSystems;
using NfsTools.Watching;

namespace NfsTools.Accounting;

/// <summary>
/// Turns accounting logs into rows, every record exactly once: what was read, what it said and how far reading has come are
/// committed together, and a log found again is told by its content.
/// </summary>
public sealed class Collector
{
    // Bursts of small writes become one commit; well within the second a record may take to be committed.
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);
    private readonly AccountingStore store;
    private readonly CollectorOptions options;
    private readonly TimeProvider time;
    private readonly IProgress<CollectorEvent>? progress;
    private readonly List<CollectedLog> logs;
    private CommitResult total;
    private long bytes;

    /// <summary>Makes a collector.</summary>
    /// <param name="store">Where the records go, open for writing; nobody else uses it meanwhile.</param>
    /// <param name="options">What to collect, and how.</param>
    /// <param name="progress">Told of what happens, on the collecting thread.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NfsToolsException">There is nothing to collect.</exception>
    public Collector(AccountingStore store, CollectorOptions options, IProgress<CollectorEvent>? progress = null, TimeProvider? time = null)
    {
        this.store = store;
        this.options = options;
        this.progress = progress;
        this.time = time ?? TimeProvider.System;
        if (options.Sources.Count == 0)
        {
            throw new NfsToolsException("No accounting file is named.", "Name the live file, e.g. LSB_SHAREDIR/cluster/logdir/lsb.acct.");
        }

        logs = LogFamily.WithoutArchives(options.Sources, s => s.Path).ConvertAll(s => new CollectedLog(s, options, this.time));
    }

    /// <summary>Collects until everything is read (<see cref="CollectorOptions.Once"/>) or until it is cancelled.</summary>
    /// <exception cref="NfsToolsException">It cannot go on; everything committed so far stays.</exception>
    public CollectorSummary Run(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var wake = new LogWake([.. logs.Select(l => l.Family)]);
        try
        {
            foreach (var log in logs)
            {
                if (store.RetryRejects(log.Source.Cluster, log.Format, lease: null) is var read && read > 0)
                {
                    Tell(new CollectorEvent(CollectorEventKind.Committed, log.Source.Path, $"{read} rejects can be read now", Records: read));
                }

                log.Generations = store.LoadGenerations(log.Source.Cluster, log.Source.Format);
            }

            while (true)
            {
                // Watched before it is read: what is written while a pass reads wakes the next one.
                wake.Watch();
                var moved = false;
                foreach (var log in logs)
                {
                    moved |= Pass(log, cancellation);
                }

                if (!options.Once)
                {
                    cancellation.WaitHandle.WaitOne(LeastPause);
                    wake.Wait(options.PollInterval, time, cancellation);
                }
                else if (!moved)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What was committed stays; the rest is read next time.
        }

        return new CollectorSummary(bytes, total.Records, total.Duplicates, total.Rejects, time.GetElapsedTime(started));
    }

    private bool Pass(CollectedLog log, CancellationToken cancellation)
    {
        try
        {
            var before = bytes;

            // A server that is away holds the looks up, not the wish to stop.
            Abandonable.TryRun(log.Scan, Timeout.InfiniteTimeSpan, out var segments, cancellation);
            foreach (var segment in segments!)
            {
                using (segment)
                {
                    Tell(new CollectorEvent(CollectorEventKind.Found, segment.Path, Bytes: segment.Size - segment.Generation.Position));
                    foreach (var batch in Prefetch.Ahead(token => log.Read(segment, token), cancellation))
                    {
                        Commit(log, batch);
                    }
                }
            }

            if (log.TakeNews() is { } news)
            {
                Tell(new CollectorEvent(CollectorEventKind.Waiting, log.Source.Path, news));
            }

            return bytes > before;
        }
        catch (StoreMovedException)
        {
            log.Generations = store.LoadGenerations(log.Source.Cluster, log.Source.Format);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (options.Once)
            {
                throw new NfsToolsException($"{log.Source.Path}: it cannot be read: {e.Message.TrimEnd('.')}.", "Check the file's owner and mode, and that its file system answers; then run it again: it goes on where it was.", e);
            }

            if (log.TakeNews($"it cannot be read: {e.Message}; trying again") is { } news)
            {
                Tell(new CollectorEvent(CollectorEventKind.Waiting, log.Source.Path, news));
            }

            return false;
        }
    }

    private void Commit(CollectedLog log, CommitBatch batch)
    {
        var result = store.Commit(batch);
        log.Remember(batch.Generation);
        foreach (var unit in batch.Units)
        {
            if (unit.Kind == UnitKind.Reject)
            {
                Tell(new CollectorEvent(CollectorEventKind.Rejected, batch.Path, $"{batch.Path}: byte {batch.Start + unit.Offset}: {unit.Reason}; kept as a reject"));
            }
        }

        bytes += batch.Data.Length;
        total = new CommitResult(total.Records + result.Records, total.Duplicates + result.Duplicates, total.Rejects + result.Rejects);
        Tell(new CollectorEvent(CollectorEventKind.Committed, batch.Path, "", batch.Data.Length, result.Records, result.Duplicates, result.Rejects));
    }

    private void Tell(CollectorEvent happened) => progress?.Report(happened);
}
