namespace NfsTools.Watching;

/// <summary>Which logs are followed, and from where on.</summary>
public sealed record LogWatchOptions
{
    /// <summary>What it is to follow files as logs, for who is asked for it.</summary>
    public const string ContentHelp = "Tell the lines that are written to the files from now on, through every rotation, instead of events.";

    /// <summary>The live logs; their archives beside them are found by themselves. They need not be there yet.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>How far each generation was read before: reading goes on there, and a generation not named is read whole. Null begins with what is written from now on.</summary>
    public IReadOnlyList<LogGeneration>? ResumeFrom { get; init; }

    /// <summary>How often logs are looked at when inotify tells of nothing; at least 100 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long NUL bytes may wait to be filled in by their writer's host before the line is told with them.</summary>
    public TimeSpan NulPatience { get; init; } = TimeSpan.FromMinutes(10);
}
