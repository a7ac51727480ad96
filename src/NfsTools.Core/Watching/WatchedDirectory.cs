using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>A file as it was last seen.</summary>
/// <param name="Status">Its status.</param>
/// <param name="ChangedAt">When a change was last seen, on the watcher's monotonic clock.</param>
/// <param name="LookedAt">When it was last looked at, on the same clock.</param>
internal sealed record WatchedEntry(FileStatus Status, long ChangedAt, long LookedAt)
{
    /// <summary>When it was last looked at, on the same clock.</summary>
    public long LookedAt { get; set; } = LookedAt;
}

/// <summary>A directory as it was last seen.</summary>
internal sealed class WatchedDirectory(string path)
{
    /// <summary>Where it is; changes when it is renamed.</summary>
    public string Path { get; set; } = path;

    /// <summary>Its status when it was listed, once that had aged beyond the server's tick; null when it must be listed again.</summary>
    public FileStatus? Listed { get; set; }

    /// <summary>
    /// The names that were watched before the next look: what that finds beside them was there before, and is no news. Null
    /// where none was.
    /// </summary>
    public WatchedNames? Known { get; set; }

    /// <summary>Its inode, which tells it from others that get its path; 0 where that is not known, or it is gone.</summary>
    public ulong Inode { get; set; }

    /// <summary>The device it is on; 0 where that is not known.</summary>
    public ulong Device { get; set; }

    /// <summary>inotify's number for it; null where inotify does not tell of it.</summary>
    public int? Watch { get; set; }

    /// <summary>Why it could not be read at the last look; null where it could.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether a mount hides it: its path leads to what another tree watches.</summary>
    public bool IsHidden { get; set; }

    /// <summary>Whether changes in it are found by looks alone, on a file system where inotify could tell of them.</summary>
    public bool IsUntold => Watch is null || Failure is not null;

    /// <summary>Its entries, by name.</summary>
    public Dictionary<string, WatchedEntry> Entries { get; } = new(StringComparer.Ordinal);

    public string PathOf(string name) => System.IO.Path.Join(Path, name);
}
