using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>What happened to a file.</summary>
public enum FileEventKind
{
    /// <summary>It is there and was not.</summary>
    Created,

    /// <summary>The same file has another content, size or attributes.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>It has another name: <see cref="FileEvent.OldPath"/> is the one it had.</summary>
    Renamed,

    /// <summary>The name leads to another file now.</summary>
    Replaced,

    /// <summary>
    /// The file system does not answer, is not mounted, or is behind another mount, or a directory may not be read: nothing is known of the
    /// files there, and none is gone.
    /// </summary>
    Outage,

    /// <summary>The file system answers again, or another one is there; what differs from what was seen of it before is reported next.</summary>
    Recovered,
}

/// <summary>Who made a change.</summary>
public enum FileEventOrigin
{
    /// <summary>A process of this host: inotify told of it.</summary>
    Local,

    /// <summary>Another host: a look past the caches found it, and inotify told of nothing.</summary>
    Remote,

    /// <summary>It cannot be told: nobody was watching, or inotify's queue ran over.</summary>
    Unknown,
}

/// <summary>A change of a watched file.</summary>
public sealed record FileEvent
{
    /// <summary>What happened.</summary>
    public required FileEventKind Kind { get; init; }

    /// <summary>The file; for an outage the directory of which nothing is known.</summary>
    public required string Path { get; init; }

    /// <summary>The name it had before; null unless it was renamed, or a renamed file replaced it.</summary>
    public string? OldPath { get; init; }

    /// <summary>Who did it.</summary>
    public required FileEventOrigin Origin { get; init; }

    /// <summary>How it was found: inotify or look.</summary>
    public required string Detection { get; init; }

    /// <summary>The stamp before; null where there was none.</summary>
    public FileStamp? Before { get; init; }

    /// <summary>The stamp after; null where there is none.</summary>
    public FileStamp? After { get; init; }

    /// <summary>When it was seen, by this host's clock.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>How long after the change it may have been seen at most, while the file system answers; null where that is not known, since how long the client believes its caches is not.</summary>
    public required TimeSpan? LatencyBound { get; init; }

    /// <summary>Why there is an outage, or which file system is there since it ended; empty otherwise.</summary>
    public string Reason { get; init; } = "";
}
