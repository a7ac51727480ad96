namespace NfsTools.Accounting.Model;

/// <summary>Which jobs are meant. An empty list lets every job through; several values of one list are alternatives.</summary>
public sealed record JobFilter
{
    /// <summary>Every job.</summary>
    public static JobFilter All { get; } = new();

    /// <summary>Clusters, by name.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary>Users, by name.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Queues, by name.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>Projects, by name.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Hosts the job held a slot on.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>States: DONE, EXIT; upper and lower case are the same.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Job numbers; every element and every end of them.</summary>
    public IReadOnlyList<long> JobIds { get; init; } = [];

    /// <summary>Jobs that ended at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Jobs that ended before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>At most so many jobs, the first ones; 0 for all. A report takes no notice of it.</summary>
    public int Limit { get; init; }
}
