namespace NfsTools.Watching;

/// <summary>What is watched, and how much it may cost the file server.</summary>
public sealed record WatchOptions
{
    /// <summary>Files and directories; the last part of a path may hold the wildcards * and ?.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Watch the directories below too.</summary>
    public bool Recurse { get; init; }

    /// <summary>Which names in the directories are meant, with the wildcards * and ?. Directories are entered whatever they are called.</summary>
    public string Filter { get; init; } = "*";

    /// <summary>How often shared file systems are looked at; at least 100 ms. Local ones are not: inotify sees all there.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many requests a second a mount is sent at most.</summary>
    public int RequestsPerSecond { get; init; } = 500;

    /// <summary>
    /// A file that stands still is looked at less often, down to one look in so many intervals once it has stood still for
    /// as many minutes; 1 looks at every file every time.
    /// </summary>
    public int IdleSlowdown { get; init; } = 6;

    /// <summary>How long a file system may take to answer before that is an outage.</summary>
    public TimeSpan OutageAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A file that keeps what was seen, so that the next start reports what changed meanwhile; null for none.</summary>
    public string? StatePath { get; init; }
}
