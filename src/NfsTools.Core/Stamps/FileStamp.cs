using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>What a file was at one moment, past the client's caches. Times are those of the file server's clock.</summary>
public sealed record FileStamp
{
    /// <summary>The path, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Whether something is there.</summary>
    public bool Exists => Status is not null;

    /// <summary>The size in bytes; 0 where nothing is.</summary>
    public long Size => Status?.Size ?? 0;

    /// <summary>When the content was last written; null where nothing is.</summary>
    public DateTimeOffset? ModifyTime => Status is { } s ? Time(s.ModifyTime) : null;

    /// <summary>When content, owner, mode or links were last changed; null where nothing is.</summary>
    public DateTimeOffset? ChangeTime => Status is { } s ? Time(s.ChangeTime) : null;

    /// <summary><see cref="ModifyTime"/> in nanoseconds since 1970-01-01 UTC, of which it has but the hundreds; null where nothing is.</summary>
    public long? ModifyTimeNs => Status?.ModifyTime;

    /// <summary><see cref="ChangeTime"/> in nanoseconds since 1970-01-01 UTC; null where nothing is.</summary>
    public long? ChangeTimeNs => Status?.ChangeTime;

    /// <summary>The inode number; 0 where nothing is. A hint: numbers are used again.</summary>
    public ulong Inode => Status?.Inode ?? 0;

    /// <summary>How it was taken.</summary>
    public required StampMethod Method { get; init; }

    /// <summary>Whether it can be believed.</summary>
    public bool Trusted => Doubt.Length == 0;

    /// <summary>Why it cannot be believed; empty when it can.</summary>
    public required string Doubt { get; init; }

    /// <summary>When it was taken, by this host's clock.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    internal FileStatus? Status { get; init; }

    /// <summary>What is in it, of a directory; null where that was not looked at.</summary>
    internal DirectoryTree? Tree { get; init; }

    /// <summary>
    /// Whether another stamp shows the same file, unchanged. A ctime that differs alone is a change: times can be set back, and
    /// a name (hard link) more hides nothing. A device number is none. Of directories that were looked into it is what is in them
    /// that counts, and not their own times.
    /// </summary>
    public bool Same(FileStamp other) => (Status, other.Status) switch
    {
        ({ IsDirectory: true } mine, { IsDirectory: true } theirs) when (Tree ?? other.Tree) is not null =>
            mine.Inode == theirs.Inode && mine.Mode == theirs.Mode && Tree?.Digest == other.Tree?.Digest,
        ({ } mine, { } theirs) => mine.Same(theirs),
        _ => Exists == other.Exists,
    };

    private static DateTimeOffset Time(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
