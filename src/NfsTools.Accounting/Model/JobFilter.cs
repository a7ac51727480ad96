namespace NfsTools.Accounting.Model;

/// <summary>Which jobs are meant. An empty list lets every job through.</summary>
public sealed record JobFilter
{
    /// <summary>What <see cref="Clusters"/> are, for who is asked for them.</summary>
    public const string ClustersHelp = "Jobs of these clusters.";

    /// <summary>What <see cref="Hosts"/> are, for who is asked for them.</summary>
    public const string HostsHelp = "Jobs that held a slot on one of these hosts.";

    /// <summary>What <see cref="JobIds"/> are, for who is asked for them.</summary>
    public const string JobIdsHelp = "Jobs with these numbers: every element of an array, every end of a requeued job.";

    /// <summary>What <see cref="Sort"/> is, for who is asked for it.</summary>
    public const string SortHelp = "Put the jobs in order by this column; those without a value come last.";

    /// <summary>What <see cref="Limit"/> is, for who is asked for it.</summary>
    public const string LimitHelp = "At most so many jobs, the first ones.";

    /// <summary>Every job.</summary>
    public static JobFilter All { get; } = new();

    /// <summary>What columns hold.</summary>
    public IReadOnlyList<ColumnFilter> Columns { get; init; } = [];

    /// <summary>Clusters, by name, with the patterns of <see cref="ColumnFilter"/>.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary>Hosts the job held a slot on, with the patterns of <see cref="ColumnFilter"/>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Job numbers; every element and every end of them.</summary>
    public IReadOnlyList<long> JobIds { get; init; } = [];

    /// <summary>Jobs that ended at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Jobs that ended before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>What jobs are put in order by; null for the order of their ends. A report takes no notice of it.</summary>
    public JobColumn? Sort { get; init; }

    /// <summary>The largest or latest first.</summary>
    public bool IsDescending { get; init; }

    /// <summary>At most so many jobs, the first ones; 0 for all. A report takes no notice of it.</summary>
    public int Limit { get; init; }

    /// <summary>This, and what one more column is to hold; no values let everything through.</summary>
    public JobFilter And(JobColumn column, IReadOnlyList<string> patterns) => patterns.Count == 0 ? this : this with { Columns = [.. Columns, new(column, patterns)] };
}
