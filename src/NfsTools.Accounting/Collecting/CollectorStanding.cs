using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Collecting;

/// <summary>
/// Whether this collector is the one that writes a store, and what it tells the others of itself. A lease lasts only while its
/// holder proves that it can read its logs: one that is cut off from them gives way like one that is dead.
/// </summary>
internal sealed class CollectorStanding(AccountingStore store, CollectorOptions options, IReadOnlyList<string> clusters, TimeProvider time)
{
    private readonly string instance = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";
    private long? looked;
    private long? told;
    private long lag;
    private string? trouble;

    /// <summary>The lease; null while another collector is at work.</summary>
    public StoreLease? Lease { get; private set; }

    /// <summary>How long to wait at most until the next look at the logs.</summary>
    public TimeSpan Interval => !store.IsShared || options.PollInterval < options.Lease / 3 ? options.PollInterval : options.Lease / 3;

    /// <summary>Whether it is time for a look while another collector is at work.</summary>
    public bool LookIsDue => looked is not { } at || time.GetElapsedTime(at) >= Interval;

    private TimeSpan Patience => store.IsShared ? options.Lease : options.Lease + (2 * options.PollInterval);

    /// <summary>The logs could be looked at, or one of them.</summary>
    /// <param name="answered">When they answered, a time stamp.</param>
    /// <param name="unread">The bytes it found that are not in the store.</param>
    public void Looked(long answered, long unread)
    {
        (looked, lag) = (answered, unread);
        Lease?.Prove(answered);
    }

    /// <summary>Something went wrong that an administrator may want to know of when asking for the state of all nodes.</summary>
    public void Failed(string message) => trouble = message;

    /// <summary>Takes the lease if nobody holds it and this host has just seen the logs.</summary>
    /// <exception cref="NfsToolsException">Another collector is at work on a store for one.</exception>
    public bool TryTake()
    {
        store.Hold();
        if (looked is { } at && time.GetElapsedTime(at) < options.Lease)
        {
            Lease = store.TryTakeLease(instance, clusters, options.Lease);
            Lease?.Prove(at);
        }

        Tell(now: Lease is not null);
        return Lease is not null;
    }

    /// <summary>Extends the lease and tells of this node, where that is due.</summary>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    public void Renew()
    {
        if (Tell() && Lease is not null)
        {
            store.Renew(Lease);
        }
    }

    /// <summary>Another collector has taken over, or the lock was lost.</summary>
    public void Lose()
    {
        store.LetGo();
        Lease = null;
    }

    /// <summary>Ends in order: the next collector need not wait.</summary>
    public void End()
    {
        try
        {
            if (told is not null)
            {
                store.Release(instance);
                store.Tell(Report(TimeSpan.Zero));
            }
        }
        catch (Exception e) when (e is NfsToolsException or OperationCanceledException)
        {
            // The database is away: the lease runs out.
        }
        finally
        {
            Lose();
        }
    }

    private bool Tell(bool now = false)
    {
        if (!now && trouble is null && told is { } at && time.GetElapsedTime(at) < options.Lease / 4)
        {
            return false;
        }

        store.Tell(Report(Patience));
        (told, trouble) = (time.GetTimestamp(), null);
        return true;
    }

    private NodeReport Report(TimeSpan patience) => new(instance, Environment.MachineName, Environment.ProcessId, options.Role ?? (store.IsShared ? CollectorRole.Failover : CollectorRole.Single), patience, lag, trouble);
}
