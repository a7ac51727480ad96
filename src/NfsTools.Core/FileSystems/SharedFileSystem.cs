namespace NfsTools.FileSystems;

/// <summary>What file system a path is on, how old its answers may be, and what follows for watching it.</summary>
public sealed record SharedFileSystem
{
    /// <summary>The path asked about, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The path behind its symbolic links, as far as it could be followed.</summary>
    public required string ResolvedPath { get; init; }

    /// <summary>The mount it is on.</summary>
    public required Mount Mount { get; init; }

    /// <summary>The family its type belongs to.</summary>
    public required FileSystemFamily Family { get; init; }

    /// <summary>statfs(2)'s magic number; null where the file system did not answer in time, or does not tell this user.</summary>
    public required long? Magic { get; init; }

    /// <summary>Whether the file system answered within the time given.</summary>
    public required bool Responds { get; init; }

    /// <summary>The type as the kernel names it.</summary>
    public string Type => Mount.Type;

    /// <summary>The file server; empty for local file systems.</summary>
    public required string Server { get; init; }

    /// <summary>What the server exports; empty for local file systems.</summary>
    public required string Export { get; init; }

    /// <summary>The protocol version, e.g. 4.2 or 3.1.1; empty where there is none.</summary>
    public required string Version { get; init; }

    /// <summary>The cache options in force; null where what the client caches is not known.</summary>
    public required CacheOptions? Cache { get; init; }

    /// <summary>How old a file's attributes may be; null where that is not known.</summary>
    public TimeSpan? WorstAttribute => Cache?.WorstAttribute;

    /// <summary>How old a listing may be; null where that is not known.</summary>
    public TimeSpan? WorstListing => Cache?.WorstListing;

    /// <summary>How long a "does not exist" may outlive the file's creation; null where that is not known.</summary>
    public TimeSpan? WorstMissing => Cache?.WorstMissing;

    /// <summary>Whether inotify sees every change.</summary>
    public bool EventsComplete => Strategy == WatchStrategy.Events;

    /// <summary>How changes will be found.</summary>
    public required WatchStrategy Strategy { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether what the path is on is mounted still: where a mount is gone, the empty directory below it tells nothing of its files.</summary>
    /// <param name="mounts">The mount table; null to read it.</param>
    internal bool IsMounted(IReadOnlyList<Mount>? mounts = null) => MountTable.Find(mounts ?? MountTable.Read(), ResolvedPath).IsSame(Mount);

    /// <summary>What it is in a few words: source, type and mount point.</summary>
    internal string Title => $"{Mount.Source} ({Type}) on {Mount.MountPoint}";
}
