namespace NfsTools.Watching;

/// <summary>What is watched, and how much it may cost the file server.</summary>
public sealed record WatchOptions
{
    /// <summary>What it is to <see cref="Recurse"/>, for who is asked for it.</summary>
    public const string RecurseHelp = "Watch the directories below too.";

    /// <summary>The least interval that front ends let users set, in seconds.</summary>
    public const double LeastPollSeconds = 0.1;

    /// <summary>The greatest interval that front ends let users set, in seconds.</summary>
    public const double MostPollSeconds = 86_400;

    /// <summary>The most requests a second that front ends let users set.</summary>
    public const int MostRequestsPerSecond = 100_000;

    /// <summary>The greatest slowdown that front ends let users set.</summary>
    public const int MostIdleSlowdown = 1_000;

    /// <summary>The least patience with a file system that front ends let users set, in seconds.</summary>
    public const double LeastOutageSeconds = 1;

    /// <summary>The greatest patience with a file system that front ends let users set, in seconds.</summary>
    public const double MostOutageSeconds = 86_400;

    /// <summary>
    /// Files and directories; the last part of a path may hold the wildcards * and ?, which a backslash before them makes plain
    /// characters. A directory that is there is meant itself, whatever its name.
    /// </summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Paths are taken letter by letter: no character is a wildcard.</summary>
    public bool LiteralPaths { get; init; }

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

    /// <summary>How long a file system may take to answer before that is an outage; and how long one below a path is waited for once it is unmounted.</summary>
    public TimeSpan OutageAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A file that keeps what was seen, so that the next start reports what changed meanwhile; null for none. It is written
    /// once a second at most, and at the end. A watch that is killed reports again, at the next start, what it reported and had
    /// not saved yet: each change at least once, and none is lost. Names that the earlier watch did not look at are no news.
    /// </summary>
    public string? StatePath { get; init; }
}
