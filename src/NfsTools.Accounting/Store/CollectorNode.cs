namespace NfsTools.Accounting.Store;

/// <summary>How collectors share the work.</summary>
public enum CollectorRole
{
    /// <summary>One collector writes the store, an SQLite file.</summary>
    Single,

    /// <summary>Each node collects all the logs into an SQLite file of its own.</summary>
    Replica,

    /// <summary>Several nodes share a database; one of them is active, the others are ready to take over.</summary>
    Failover,
}

/// <summary>What a collector is doing, as the store knows.</summary>
public enum CollectorNodeState
{
    /// <summary>It holds the lease: it collects.</summary>
    Active,

    /// <summary>It is ready to take over.</summary>
    Standby,

    /// <summary>Nothing was heard of it for as long as a lease lasts.</summary>
    Silent,

    /// <summary>It has ended in order.</summary>
    Ended,
}

/// <summary>A collector of a store. Times are the database's.</summary>
/// <param name="Host">The host it runs on.</param>
/// <param name="ProcessId">Its process there.</param>
/// <param name="Role">Its role.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Epoch">The epoch of the lease it holds: it grows with each take-over. Null without a lease.</param>
/// <param name="ActiveSince">Since when it holds it.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="SeenAt">When it last told of itself.</param>
/// <param name="SeenAge">How long ago that was when this was read.</param>
/// <param name="LagBytes">Bytes of its logs it had seen then that were not in the store.</param>
/// <param name="LastError">What went wrong last; null for nothing.</param>
/// <param name="LastErrorAt">When that was.</param>
public sealed record CollectorNode(
    string Host, int ProcessId, CollectorRole Role, CollectorNodeState State, long? Epoch, DateTimeOffset? ActiveSince, DateTimeOffset StartedAt, DateTimeOffset SeenAt,
    TimeSpan SeenAge, long LagBytes, string? LastError, DateTimeOffset? LastErrorAt);
