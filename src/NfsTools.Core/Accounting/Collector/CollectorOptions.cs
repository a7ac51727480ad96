namespace NfsTools.Accounting;

/// <summary>How a collector works.</summary>
public sealed record CollectorOptions
{
    /// <summary>The logs.</summary>
    public required IReadOnlyList<CollectorSource> Sources { get; init; }

    /// <summary>Read what is there and end, instead of following the logs.</summary>
    public bool Once { get; init; }

    /// <summary>How often the logs are looked at when inotify tells of nothing; at least 100 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long NUL bytes inside a live log may wait to be filled in by their writer's host before they are taken for
    /// damage and kept as a reject. Counted from when they were seen first, or from the log's last change.
    /// </summary>
    public TimeSpan NulPatience { get; init; } = TimeSpan.FromMinutes(10);
}
