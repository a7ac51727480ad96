namespace NfsTools.Interop;

/// <summary>What statx(2) says of a file. Times in nanoseconds since 1970-01-01 UTC, by the file server's clock.</summary>
/// <param name="Device">The device number; changes when a network file system is mounted anew.</param>
/// <param name="Inode">The inode number; used again after a deletion.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ModifyTime">mtime.</param>
/// <param name="ChangeTime">ctime.</param>
internal readonly record struct FileStatus(ulong Device, ulong Inode, long Size, long ModifyTime, long ChangeTime)
{
    /// <summary>The status of a path; null where nothing is.</summary>
    /// <param name="path">The path.</param>
    /// <param name="fresh">Ask the server instead of the client's attribute cache; no difference on a local file system.</param>
    /// <exception cref="IOException">The file system did not answer the question; HResult is errno(3)'s number.</exception>
    public static FileStatus? Of(string path, bool fresh = false)
    {
        if (Libc.Statx(Libc.CurrentDirectory, path, fresh ? Libc.ForceSync : 0, Libc.BasicStatistics, out var buffer) == 0)
        {
            return From(buffer);
        }

        var error = Libc.LastError(path);
        return error.HResult is Libc.NoSuchEntry or Libc.NotADirectory ? null : throw error;
    }

    internal static FileStatus From(in Libc.StatxBuffer buffer) => new(
        ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
        buffer.Inode,
        (long)buffer.Size,
        buffer.ModifyTime.TotalNanoseconds,
        buffer.ChangeTime.TotalNanoseconds);
}
