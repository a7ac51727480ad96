namespace NfsTools.Coordination;

/// <summary>How a lock is taken and watched.</summary>
public sealed record LockOptions
{
    /// <summary>How long work may go on without the lock having been confirmed, where nothing else is said and the server's lease is not shorter.</summary>
    public static readonly TimeSpan UsualTtl = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for a lock that another holds; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// How long the lock may go unconfirmed until it counts as lost; it is confirmed three times as often, and every
    /// ten seconds at least. Null for <see cref="UsualTtl"/>, or half of the NFSv4 server's lease where that is less: a server
    /// that has heard nothing for its lease may give the lock to another host.
    /// </summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>What the lock is for, written into its file for people.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>Refuse file systems that other hosts share but that do not show them this host's locks.</summary>
    internal bool RequireReach { get; init; } = true;
}
