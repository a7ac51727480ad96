using System.Runtime.InteropServices;

namespace NfsTools.Interop;

/// <summary>The C library's calls that .NET does not offer, or offers only with an advisory lock or a cache between.</summary>
internal static partial class Libc
{
    public const int OpenReadOnly = 0;
    public const int OpenWriteOnly = 1;
    public const int OpenReadWrite = 2;
    public const int OpenCreate = 0x40;
    public const int OpenExclusive = 0x80;
    public const int OpenCloseOnExec = 0x80000;
    public const int OpenAppend = 0x400;
    public const int OpenNonBlock = 0x800;
    public const int NoSuchEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int NotPermitted = 13;
    public const int NotADirectory = 20;
    public const int FileTableFull = 23;
    public const int TooManyOpenFiles = 24;
    public const int FileTooLarge = 27;
    public const int NoSpace = 28;
    public const int NameTooLong = 36;
    public const int NoLocks = 37;
    public const int NotImplemented = 38;
    public const int LinkLoop = 40;
    public const int IllegalBytes = 84;
    public const int OperationNotPermitted = 1;
    public const int NotSupported = 95;
    public const int TimedOut = 110;
    public const int StaleHandle = 116;
    public const int QuotaExceeded = 122;
    public const int CurrentDirectory = -100;
    public const int EmptyPath = 0x1000;
    public const int ForceSync = 0x2000;
    public const int NoFollow = 0x100;
    public const int TypeMask = 0xF000;
    public const int DirectoryType = 0x4000;
    public const int RegularType = 0x8000;
    public const int LinkType = 0xA000;
    public const int PipeType = 0x1000;
    public const int SocketType = 0xC000;
    public const int OthersWrite = 2;
    public const uint BasicStatistics = 0x7FF;
    public const uint BirthTime = 0x800;
    public const int AdviseNotNeeded = 4;
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const int DuplicateCloseOnExec = 1030;
    public const short PollUrgent = 2;
    public const int GetOpenFileLock = 36;
    public const int SetOpenFileLock = 37;
    public const short WriteLock = 1;
    public const short NoLock = 2;
    public const int SharedLockNoWait = 1 | 4;
    public const int Unlock = 8;

    /// <summary>O_NOFOLLOW, which ARM numbers otherwise than x86 (fcntl.h).</summary>
    public static int OpenNoFollow { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x8000 : 0x20000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial int Statx(int directory, string path, int flags, uint mask, out StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial int Statx(SafeHandle descriptor, string path, int flags, uint mask, out StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeHandle descriptor, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "pread64", SetLastError = true)]
    public static partial nint ReadAt(SafeHandle descriptor, Span<byte> buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite64", SetLastError = true)]
    public static partial nint WriteAt(SafeHandle descriptor, ReadOnlySpan<byte> buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate64", SetLastError = true)]
    public static partial int Truncate(SafeHandle descriptor, long length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(SafeHandle descriptor);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimesToNow(SafeHandle descriptor, nint noTimes);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int FileAdvise(SafeHandle descriptor, nint offset, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(SafeHandle descriptor, int command, ref FileLock argument);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Duplicate(int descriptor, int command, nint least);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int WholeFileLock(SafeHandle descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollDescriptor> descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int InotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial int InotifyAddWatch(SafeHandle inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int InotifyRemoveWatch(SafeHandle inotify, int watch);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeHandle descriptor, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial int Rename(string path, string target);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial int Link(string path, string target);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial int MakeDirectory(string path, int mode);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    public static partial nint OpenDirectory(string path);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    public static partial nint ReadDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir", SetLastError = true)]
    public static partial int CloseDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int StatFs(string path, Span<long> buffer);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial nint ReadLink(string path, Span<byte> target, nint size);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial nint RealPath(string path, Span<byte> resolved);

    /// <summary>The magic number of the file system a path is on (statfs(2)).</summary>
    /// <exception cref="IOException">The file system did not say.</exception>
    public static long FileSystemMagic(string path)
    {
        // struct statfs is 120 bytes and begins with f_type, a long.
        Span<long> buffer = stackalloc long[32];
        return StatFs(path, buffer) == 0 ? buffer[0] : throw LastError(path);
    }

    /// <summary>A path without symbolic links; null where it cannot be followed.</summary>
    public static string? RealPath(string path)
    {
        Span<byte> buffer = stackalloc byte[4096];
        return RealPath(path, buffer) == 0 ? null : NativeText.Decode(buffer[..buffer.IndexOf((byte)0)]);
    }

    /// <summary>What a symbolic link says; null where it is none, or cannot be read.</summary>
    public static string? ReadLink(string path)
    {
        Span<byte> buffer = stackalloc byte[4096];
        return ReadLink(path, buffer, buffer.Length) is var length && length >= 0 ? NativeText.Decode(buffer[..(int)length]) : null;
    }

    /// <summary>The error of the call just made, with its number as errno(3) has it.</summary>
    public static IOException LastError(string path)
    {
        var number = Marshal.GetLastPInvokeError();
        return new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(number)}", number);
    }

    /// <summary>struct flock on 64-bit systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>struct statx_timestamp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct StatxTime
    {
        public long Seconds;
        public uint Nanoseconds;
        private readonly int reserved;

        public readonly long TotalNanoseconds => (Seconds * 1_000_000_000) + Nanoseconds;
    }

    /// <summary>struct statx: the same on every architecture (statx(2)).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct StatxBuffer
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint User;
        public uint Group;
        public ushort Mode;
        private readonly ushort spare;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public StatxTime AccessTime;
        public StatxTime BirthTime;
        public StatxTime ChangeTime;
        public StatxTime ModifyTime;
        public uint SpecialMajor;
        public uint SpecialMinor;
        public uint DeviceMajor;
        public uint DeviceMinor;
    }
}
