using System.Runtime.InteropServices;

namespace NfsTools.Interop;

/// <summary>What statx(2) says of a file. Times in nanoseconds since 1970-01-01 UTC, by the file server's clock.</summary>
/// <param name="Device">The device number; changes when a network file system is mounted anew.</param>
/// <param name="Inode">The inode number; used again after a deletion.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Mode">Type and permissions (inode(7)).</param>
/// <param name="ModifyTime">mtime.</param>
/// <param name="ChangeTime">ctime.</param>
/// <param name="Links">How many names it has; 0 where that is not known.</param>
/// <param name="BornAt">When it was made, in nanoseconds, 0 where the file system does not tell: another file with its inode number has another time.</param>
/// <param name="User">Who owns it.</param>
internal readonly record struct FileStatus(ulong Device, ulong Inode, ushort Mode, long Size, long ModifyTime, long ChangeTime, uint Links = 0, long BornAt = 0, uint User = 0)
{
    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (Mode & Libc.TypeMask) == Libc.DirectoryType;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => (Mode & Libc.TypeMask) == Libc.RegularType;

    /// <summary>Whether it is a device, a pipe or a socket: what is written there does not stay.</summary>
    public bool IsPassing => !IsRegular && !IsDirectory && !IsLink;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Mode & Libc.TypeMask) == Libc.LinkType;

    /// <summary>What kind of thing it is, in words.</summary>
    public string Kind => (Mode & Libc.TypeMask) switch
    {
        Libc.DirectoryType => "a directory",
        Libc.RegularType => "a regular file",
        Libc.LinkType => "a symbolic link",
        Libc.PipeType => "a FIFO",
        Libc.SocketType => "a socket",
        _ => "a device",
    };

    /// <summary>Whether everybody may write it.</summary>
    public bool IsWorldWritable => (Mode & Libc.OthersWrite) != 0;

    /// <summary>
    /// Whether another status is of the same file, unchanged. A device number that differs is no change: mounting anew gives
    /// another one, and other hosts have their own.
    /// </summary>
    public bool Same(FileStatus other) => this == other with { Device = Device, Links = Links, BornAt = BornAt, User = User };

    /// <summary>The status of a path; null where nothing is.</summary>
    /// <param name="path">The path.</param>
    /// <param name="fresh">Ask the server instead of the client's attribute cache; no difference on a local file system.</param>
    /// <param name="follow">Follow a symbolic link at the path's end.</param>
    /// <exception cref="IOException">The file system did not answer the question; HResult is errno(3)'s number.</exception>
    public static FileStatus? Of(string path, bool fresh = false, bool follow = true)
    {
        if (Libc.Statx(Libc.CurrentDirectory, path, (fresh ? Libc.ForceSync : 0) | (follow ? 0 : Libc.NoFollow), Libc.BasicStatistics | Libc.BirthTime, out var buffer) == 0)
        {
            return From(buffer);
        }

        var error = Libc.LastError(path);
        return error.HResult is Libc.NoSuchEntry or Libc.NotADirectory ? null : throw error;
    }

    /// <summary>The status of an open file, asked from the server, whatever its name leads to by now.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">The name it was opened under, for the error.</param>
    /// <exception cref="IOException">The file system did not answer the question; HResult is errno(3)'s number.</exception>
    public static FileStatus Of(SafeHandle file, string path) =>
        Libc.Statx(file, "", Libc.EmptyPath | Libc.ForceSync, Libc.BasicStatistics | Libc.BirthTime, out var buffer) == 0 ? From(buffer) : throw Libc.LastError(path);

    private static FileStatus From(in Libc.StatxBuffer buffer) => new(
        ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
        buffer.Inode,
        buffer.Mode,
        (long)buffer.Size,
        buffer.ModifyTime.TotalNanoseconds,
        buffer.ChangeTime.TotalNanoseconds,
        buffer.Links,
        (buffer.Mask & Libc.BirthTime) != 0 ? buffer.BirthTime.TotalNanoseconds : 0,
        buffer.User);
}
