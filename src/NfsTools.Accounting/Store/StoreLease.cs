namespace NfsTools.Accounting.Store;

/// <summary>
/// The right to collect the logs of some clusters into a store. It lasts for a time after its holder last proved that it can
/// read them; then others may take it over, which ends it. Nothing but the database's clock and this host's measure of
/// time passed since the proof is reckoned with.
/// </summary>
internal sealed class StoreLease(string holder, IReadOnlyDictionary<string, long> epochs, TimeSpan length, TimeProvider time)
{
    /// <summary>The longest lease there is, in seconds.</summary>
    public const double LongestSeconds = 3600;

    private long proved = time.GetTimestamp();

    /// <summary>The node's instance.</summary>
    public string Holder => holder;

    /// <summary>Each cluster's epoch.</summary>
    public IReadOnlyDictionary<string, long> Epochs => epochs;

    /// <summary>How long it lasts from the proof on, in milliseconds; negative when that time is over.</summary>
    public long LeftMilliseconds => (long)(length - time.GetElapsedTime(proved)).TotalMilliseconds;

    /// <summary>The logs could be read at this time stamp.</summary>
    public void Prove(long timestamp) => proved = Math.Max(proved, timestamp);

    /// <summary>Extends the lease of a cluster, in a transaction that it thereby lets commit.</summary>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    public void Confirm(StoreDatabase database, string cluster)
    {
        if (database.Execute(
            $"UPDATE main.lease SET expires = {database.Clock} + @p0 WHERE cluster_id = (SELECT cluster_id FROM main.cluster WHERE name = @p1) AND epoch = @p2 AND holder = @p3",
            LeftMilliseconds, cluster, epochs[cluster], holder) == 0)
        {
            throw new LeaseLostException($"the lease on cluster {cluster}, epoch {epochs[cluster]}, was taken over");
        }
    }
}

/// <summary>What a collector wants to commit is refused, since another one has taken over or may have.</summary>
internal sealed class LeaseLostException(string message) : Exception(message);
