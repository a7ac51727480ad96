namespace NfsTools.TestKit;

/// <summary>The ways in which an accounting log is rotated; the newest archive is always .1.</summary>
public enum LogRotation
{
    /// <summary>The live file becomes .1 (same inode), and a new live file is made.</summary>
    Rename,

    /// <summary>openlava's way: a copy is kept as .0, the live file is unlinked and made anew, then .0 becomes .1 (a new inode with the old content).</summary>
    CopyUnlinkRenumber,

    /// <summary>A copy becomes .1, and the live file is cut to nothing and keeps its inode.</summary>
    CopyTruncate,
}
