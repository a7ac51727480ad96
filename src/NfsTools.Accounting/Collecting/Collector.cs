using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Store;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>
/// Turns accounting logs into rows, every record exactly once: what was read, what it said and how far reading has come are
/// committed together, and a log found again is told by its content.
/// </summary>
public sealed class Collector
{
    // How often a lease that another collector holds is looked at.
    private static readonly TimeSpan StandbyPause = TimeSpan.FromSeconds(1);
    private readonly AccountingStore store;
    private readonly CollectorOptions options;
    private readonly TimeProvider time;
    private readonly IProgress<CollectorEvent>? progress;
    private readonly CollectorPulse pulse;
    private readonly List<CollectedSource> sources;
    private readonly List<LogFamily> families;
    private readonly CollectorStanding standing;
    private readonly BackOff retries = new();
    private bool loaded, toldStandby, toldActive;
    private string? trouble;

    /// <summary>Makes a collector.</summary>
    /// <param name="store">Where the records go, open for writing; nobody else uses it meanwhile.</param>
    /// <param name="options">What to collect, and how.</param>
    /// <param name="progress">Told of what happens, on the collecting thread.</param>
    /// <param name="time">The clock.</param>
    /// <param name="pulse">Where it marks what it waits for, for who watches over it.</param>
    /// <exception cref="NfsToolsException">There is nothing to collect, or what is named is no log.</exception>
    public Collector(AccountingStore store, CollectorOptions options, IProgress<CollectorEvent>? progress = null, TimeProvider? time = null, CollectorPulse? pulse = null)
    {
        this.store = store;
        this.options = options;
        this.progress = progress;
        this.time = time ?? TimeProvider.System;
        store.Pulse = this.pulse = pulse ?? new CollectorPulse();
        options.Check();
        var logs = LogFamily.WithoutArchives([.. options.Sources.Where(s => s.Command is null)], s => s.Family).ConvertAll(s => new CollectedLog(s, store, options, progress, this.pulse, this.time));
        families = logs.ConvertAll(l => l.Family);
        logs.ForEach(l => l.All = families);
        sources = [.. logs, .. options.Sources.Where(s => s.Command is not null).Select(s => new CollectedCommand(s, store, options, progress, this.pulse, this.time))];
        standing = new CollectorStanding(store, options, [.. sources.Select(l => l.Source.Cluster).Distinct()], this.time);
    }

    /// <summary>Collects until everything is read (<see cref="CollectorOptions.Once"/>) or until it is cancelled.</summary>
    /// <exception cref="NfsToolsException">It cannot go on; everything committed so far stays.</exception>
    public CollectorSummary Run(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var wake = new LogWake(families);
        try
        {
            while (true)
            {
                // Watched before it is read: what is written while a pass reads wakes the next one.
                pulse.Answer(
                    string.Join(", ", sources.Select(l => l.Source.Path)),
                    () =>
                    {
                        wake.Watch();
                        return true;
                    },
                    cancellation);
                var outcome = Round(cancellation);
                if (options.Once && outcome == Outcome.Moved)
                {
                    continue;
                }

                if (options.Once && outcome == Outcome.Rested)
                {
                    break;
                }

                // One that was killed holds its lease for that long still.
                if (options.Once && time.GetElapsedTime(started) > options.Lease + StandbyPause)
                {
                    throw new NfsToolsException($"{store.Name}: another collector is at work on these logs{ActiveNode()}.", "Let it go on: it reads them. Or stop it first.");
                }

                using (pulse.Waiting(null))
                {
                    if (outcome is Outcome.Failed or Outcome.Standby)
                    {
                        cancellation.WaitHandle.WaitOne(outcome == Outcome.Failed ? retries.Next() : StandbyPause);
                    }
                    else
                    {
                        if (wake.TakeShortage(standing.Interval) is { } shortage)
                        {
                            Tell(new CollectorEvent(CollectorEventKind.Waiting, sources[0].Source.Path, shortage));
                        }

                        wake.Wait(sources.Select(s => s.Due ?? standing.Interval).Append(standing.Interval).Min(), time, cancellation);
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

        return new CollectorSummary(
            sources.Sum(l => l.Bytes), sources.Sum(l => l.Total.Records), sources.Sum(l => l.Total.Duplicates), sources.Sum(l => l.Total.Rejects), time.GetElapsedTime(started));
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

            if (!toldActive && store.IsShared)
            {
                Tell(new CollectorEvent(CollectorEventKind.Active, store.Name, $"collecting: epoch {standing.Lease!.Epochs.Values.Max()}"));
            }

            toldActive = true;
            Look(standing, cancellation);
            standing.Renew();
            Recovered();
            return sources.Exists(l => l.Moved) ? Outcome.Moved : Outcome.Rested;
        }
        catch (LeaseLostException e)
        {
            standing.Lose();
            standing.Failed(e.Message);
            (loaded, toldStandby, toldActive) = (false, true, false);
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
            Look(by: null, cancellation);
        }

        if (standing.TryTake())
        {
            (loaded, toldStandby) = (false, false);
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

        sources.ForEach(l => l.Load(standing.Lease));
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

    private void Look(CollectorStanding? by, CancellationToken cancellation)
    {
        var (answered, unread, seen) = (0L, 0L, false);
        NfsToolsException? failure = null;
        foreach (var source in sources)
        {
            try
            {
                unread += source.Look(by, cancellation);
                (answered, seen) = (source.SeenAt, true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failure ??= source.Failure(e);
                if (!options.Once)
                {
                    source.TellNews(e);
                    standing.Failed($"{source.Source.Path}: {e.Message}");
                }
            }
        }

        // One log that cannot be read must not stop the others: a host that sees none of them gives way.
        if (seen)
        {
            standing.Looked(answered, unread);
        }

        // Once nothing more comes from the others.
        if (options.Once && failure is not null && (by is not null || !seen) && !sources.Exists(l => l.Moved))
        {
            throw failure;
        }
    }

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
