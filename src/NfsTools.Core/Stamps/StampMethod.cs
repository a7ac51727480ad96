namespace NfsTools.Stamps;

/// <summary>How a stamp was taken, measured to be right on that kind of file system.</summary>
public enum StampMethod
{
    /// <summary>statx: no other host can have changed the file without this kernel.</summary>
    Direct,

    /// <summary>statx that asks the server (AT_STATX_FORCE_SYNC).</summary>
    Forced,

    /// <summary>The directories above were asked about first, from the top down, which renews what the client knows of names; then the file.</summary>
    ParentThenForced,

    /// <summary>The parent directory was listed first, which on SMB is what renews names; then the file was asked about.</summary>
    ListedThenForced,

    /// <summary>stat, answered by the client's cache: it may be as old as that is.</summary>
    Cached,
}
