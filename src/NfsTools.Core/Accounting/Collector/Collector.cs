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

    // How often a lease that another collector holds is looked at.
    private static readonly TimeSpan StandbyPause = TimeSpan.FromSeconds(1);
    private readonly AccountingStore store;
    private readonly CollectorOptions options;
    private readonly TimeProvider time;
    private readonly IProgress<CollectorEvent>? progress;
    private readonly CollectorPulse pulse;
    private readonly List<CollectedLog> logs;
    private readonly CollectorStanding standing;
    private readonly BackOff retries = new();
    private CommitResult total;
    private long bytes;
    private bool loaded, moved, toldStandby;
    private string? trouble;

    /// <summary>Makes a collector.</summary>
    /// <param name="store">Where the records go, open for writing; nobody else uses it meanwhile.</param>
    /// <param name="options">What to collect, and how.</param>
    /// <param name="progress">Told of what happens, on the collecting thread.</param>
    /// <param name="time">The clock.</param>
    /// <param name="pulse">Where it marks what it waits for, for who watches over it.</param>
    /// <exception cref="NfsToolsException">There is nothing to collect.</exception>
    public Collector(AccountingStore store, CollectorOptions options, IProgress<CollectorEvent>? progress = null, TimeProvider? time = null, CollectorPulse? pulse = null)
    {
        this.store = store;
        this.options = options;
        this.progress = progress;
        this.time = time ?? TimeProvider.System;
        store.Pulse = this.pulse = pulse ?? new CollectorPulse();
        if (options.Sources.Count == 0)
        {
            throw new NfsToolsException("No accounting file is named.", "Name the live file, e.g. LSB_SHAREDIR/cluster/logdir/lsb.acct.");
        }

        logs = LogFamily.WithoutArchives(options.Sources, s => s.Path).ConvertAll(s => new CollectedLog(s, options, this.pulse, this.time));
        standing = new CollectorStanding(store, options, [.. logs.Select(l => l.Source.Cluster).Distinct()], this.time);
    }

    /// <summary>Collects until everything is read (<see cref="CollectorOptions.Once"/>) or until it is cancelled.</summary>
    /// <exception cref="NfsToolsException">It cannot go on; everything committed so far stays.</exception>
    public CollectorSummary Run(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var wake = new LogWake([.. logs.Select(l => l.Family)]);
        try
        {
            while (true)
            {
                // Watched before it is read: what is written while a pass reads wakes the next one.
                Answer(
                    string.Join(", ", logs.Select(l => l.Source.Path)),
                    () =>
                    {
                        wake.Watch();
                        return true;
                    },
                    cancellation);
                var outcome = Round(cancellation);
                if (options.Once)
                {
                    if (outcome == Outcome.Moved)
                    {
                        continue;
                    }

                    break;
                }

                using (pulse.Waiting(null))
                {
                    cancellation.WaitHandle.WaitOne(outcome switch
                    {
                        Outcome.Failed => retries.Next(),
                        Outcome.Standby => StandbyPause,
                        _ => LeastPause,
                    });
                    if (standing.Lease is not null && outcome != Outcome.Failed)
                    {
                        wake.Wait(standing.Interval, time, cancellation);
                    }
                }

                cancellation.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What was committed stays; the rest is read next time.
        }
        finally
        {
            standing.End();
        }

        return new CollectorSummary(bytes, total.Records, total.Duplicates, total.Rejects, time.GetElapsedTime(started));
    }

    // One look at all logs, and a read of what is new in them.
    private Outcome Round(CancellationToken cancellation)
    {
        try
        {
            if (standing.Lease is null && !TakeOver(cancellation))
            {
                return Outcome.Standby;
            }

            if (!loaded)
            {
                Load();
            }

            moved = false;
            Look((log, segment) => Collect(log, segment, cancellation), cancellation);
            standing.Renew();
            Recovered();
            return moved ? Outcome.Moved : Outcome.Rested;
        }
        catch (LeaseLostException e)
        {
            standing.Lose();
            standing.Failed(e.Message);
            (loaded, toldStandby) = (false, true);
            Tell(new CollectorEvent(CollectorEventKind.Standby, store.Name, $"{e.Message}{ActiveNode()}; what was not committed is left to it"));
            return Outcome.Standby;
        }
        catch (StoreUnavailableException e) when (!options.Once)
        {
            // Whether the last commit was done is not known: the store tells when it can be asked again.
            loaded = false;
            if (trouble != e.Message)
            {
                trouble = e.Message;
                Tell(new CollectorEvent(CollectorEventKind.Waiting, store.Name, $"{e.Message} {e.Remedy}"));
            }

            standing.Failed(e.Message);
            return Outcome.Failed;
        }
    }

    // Looks at the logs without reading them, and takes the lease where it is free.
    private bool TakeOver(CancellationToken cancellation)
    {
        if (standing.LookIsDue)
        {
            Load();
            Look(work: null, cancellation);
        }

        if (standing.TryTake())
        {
            (loaded, toldStandby) = (false, false);
            if (store.IsShared)
            {
                Tell(new CollectorEvent(CollectorEventKind.Active, store.Name, $"collecting: epoch {standing.Lease!.Epochs.Values.Max()}"));
            }
        }
        else if (!toldStandby)
        {
            toldStandby = true;
            Tell(new CollectorEvent(CollectorEventKind.Standby, store.Name, $"ready to take over{ActiveNode()}"));
        }

        Recovered();
        return standing.Lease is not null;
    }

    private void Load()
    {
        if (standing.Lease is not null)
        {
            // What the one before left half done may hold a commit up.
            store.EndFrozen();
        }

        foreach (var log in logs)
        {
            if (standing.Lease is not null && store.RetryRejects(log.Source.Cluster, log.Format, standing.Lease) is var read && read > 0)
            {
                Tell(log, new CollectorEvent(CollectorEventKind.Committed, log.Source.Path, $"{read} rejects can be read now", Records: read));
            }

            log.Generations = store.LoadGenerations(log.Source.Cluster, log.Source.Format);
        }

        loaded = standing.Lease is not null;
    }

    private void Recovered()
    {
        retries.Reset();
        if (trouble is not null)
        {
            trouble = null;
            Tell(new CollectorEvent(CollectorEventKind.Waiting, store.Name, "the store can be used again"));
        }
    }

    private string ActiveNode()
    {
        try
        {
            return store.Nodes().FirstOrDefault(n => n.State == CollectorNodeState.Active) is { } active
                ? $": {active.Host}, process {active.ProcessId}, is active since {active.ActiveSince:u}, epoch {active.Epoch}"
                : "";
        }
        catch (StoreUnavailableException)
        {
            return "";
        }
    }

    /// <summary>Looks at each log and works on what it has that was not read.</summary>
    /// <param name="work">Works on a log's segment.</param>
    /// <param name="cancellation">Ends the wait for a file server.</param>
    private void Look(Action<CollectedLog, LogSegment>? work, CancellationToken cancellation)
    {
        var (begun, unread, seen) = (time.GetTimestamp(), 0L, false);
        foreach (var log in logs)
        {
            try
            {
                var segments = Answer(log.Source.Path, log.Scan, cancellation);
                Tell(log, new CollectorEvent(CollectorEventKind.Looked, log.Source.Path, Bytes: segments.Sum(Unread)));
                foreach (var segment in segments)
                {
                    try
                    {
                        work?.Invoke(log, segment);
                        unread += Unread(segment);
                    }
                    finally
                    {
                        // To close a file can take an answer too, e.g. on FUSE.
                        using (pulse.Waiting(segment.Path))
                        {
                            segment.Dispose();
                        }
                    }
                }

                seen = true;
                News(log, log.TakeNews());
            }
            catch (StoreMovedException)
            {
                log.Generations = store.LoadGenerations(log.Source.Cluster, log.Source.Format);
                moved = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (options.Once)
                {
                    throw new NfsToolsException($"{log.Source.Path}: it cannot be read: {e.Message.TrimEnd('.')}.", "Check the file's owner and mode, and that its file system answers; then run it again: it goes on where it was.", e);
                }

                News(log, log.TakeNews($"it cannot be read: {e.Message}; trying again"));
                standing.Failed($"{log.Source.Path}: {e.Message}");
            }
        }

        // One log that cannot be read must not stop the others: a host that sees none of them gives way.
        if (seen)
        {
            standing.Looked(begun, unread);
        }
    }

    private void Collect(CollectedLog log, LogSegment segment, CancellationToken cancellation)
    {
        Tell(log, new CollectorEvent(CollectorEventKind.Found, segment.Path, Bytes: Unread(segment)));
        foreach (var batch in Prefetch.Ahead(token => log.Read(segment, token), cancellation))
        {
            Commit(log, batch);
        }
    }

    private void News(CollectedLog log, string? news)
    {
        if (news is not null)
        {
            Tell(log, new CollectorEvent(CollectorEventKind.Waiting, log.Source.Path, news));
        }
    }

    private void Commit(CollectedLog log, CommitBatch batch)
    {
        if (store.HoldLost is { } why)
        {
            throw new LeaseLostException($"the lock on the store was lost: {why}");
        }

        standing.Lease!.Prove(batch.ReadAt);
        var result = store.Commit(batch, standing.Lease);
        moved = true;
        log.Remember(batch.Generation);
        foreach (var unit in batch.Units)
        {
            if (unit.Kind == UnitKind.Reject)
            {
                Tell(log, new CollectorEvent(CollectorEventKind.Rejected, batch.Path, $"{batch.Path}: byte {batch.Start + unit.Offset}: {unit.Reason}; kept as a reject"));
            }
        }

        bytes += batch.Data.Length;
        total = new CommitResult(total.Records + result.Records, total.Duplicates + result.Duplicates, total.Rejects + result.Rejects);
        Tell(log, new CollectorEvent(CollectorEventKind.Committed, batch.Path, "", batch.Data.Length, result.Records, result.Duplicates, result.Rejects));
    }

    // A server that is away holds the looks up, not the wish to stop.
    private T Answer<T>(string path, Func<T> look, CancellationToken cancellation) => pulse.Ask(path, () =>
    {
        Abandonable.TryRun(look, Timeout.InfiniteTimeSpan, out var answer, cancellation);
        return answer!;
    });

    private long Unread(LogSegment segment) => pulse.Ask(segment.Path, () => segment.Size - segment.Generation.Position);

    private void Tell(CollectedLog log, CollectorEvent happened) => Tell(happened with { Source = log.Source });

    private void Tell(CollectorEvent happened) => progress?.Report(happened);

    private enum Outcome
    {
        /// <summary>Something new was read: there may be more.</summary>
        Moved,

        Rested,

        Standby,

        Failed,
    }
}
