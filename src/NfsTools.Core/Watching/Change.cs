using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>A difference that a look found, until it is told.</summary>
/// <param name="kind">What it seems to be: a directory that is replaced is one that vanished and one that came.</param>
/// <param name="path">The entry, as it was called then.</param>
/// <param name="name">Its name.</param>
/// <param name="before">What was known of it; null for nothing.</param>
/// <param name="after">What is there now; null for nothing.</param>
internal sealed class Change(FileEventKind kind, string path, string name, WatchedEntry? before, FileStatus? after)
{
    public FileEventKind Kind { get; set; } = kind;

    public string Path => path;

    public string Name => name;

    public WatchedEntry? Before { get; set; } = before;

    public FileStatus? After => after;

    public string? OldPath { get; set; }

    public required FileEventOrigin Origin { get; init; }

    public required string Detection { get; init; }

    /// <summary>Whether it is told: what was there before the watch began is not.</summary>
    public required bool IsNews { get; set; }

    /// <summary>When it was found, on the watcher's monotonic clock.</summary>
    public required long NotedAt { get; init; }

    /// <summary>The directories that vanished, or moved, with it: the directory itself first.</summary>
    public IReadOnlyList<WatchedDirectory> Subtree { get; set; } = [];

    /// <summary>Whether its other name was not yet looked at since: what came was known under another one, or what is gone may have got one.</summary>
    public bool IsDoubted { get; set; }

    /// <summary>Whether it may turn out to be half of a new name once everything was looked at.</summary>
    public bool IsOpen => IsDoubted || (Kind == FileEventKind.Deleted && Subtree.Count > 0);
}
