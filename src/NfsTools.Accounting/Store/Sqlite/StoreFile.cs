using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NfsTools.Interop;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>
/// The file of an SQLite store, told by device and inode whatever names lead to it, and its lock: an open-file-description lock
/// (fcntl(2)) on a byte behind any that SQLite has. SQLite's own locks are the process's, and go with the first descriptor of the
/// file that the process closes: so there is one object for a file in a process, which closes its descriptors behind the last user.
/// Thread safe.
/// </summary>
internal sealed class StoreFile
{
    private const long LockedByte = 1L << 62;

    // Where SQLite notes how the file is to be read: 2 for a write-ahead log (fileformat2).
    private const int ReadVersionAt = 19;
    private const byte WriteAheadLog = 2;
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(ulong Device, ulong Inode), StoreFile> Used = [];
    private readonly SafeFileHandle reading;
    private readonly string path;
    private SafeFileHandle? writing;
    private bool locked;
    private int users;

    private StoreFile(string path, SafeFileHandle reading) => (this.path, this.reading) = (path, reading);

    /// <summary>Device and inode.</summary>
    public (ulong Device, ulong Inode) Identity { get; private init; }

    /// <summary>Whether it needs the -wal file beside it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool HasWriteAheadLog
    {
        get
        {
            Span<byte> version = stackalloc byte[1];
            return Libc.ReadAt(reading, version, 1, ReadVersionAt) >= 0 ? version[0] == WriteAheadLog : throw Libc.LastError(path);
        }
    }

    /// <summary>Makes an empty file for this user alone, if there is none: SQLite gives its journal files the mode of the database.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void Create(string path)
    {
        try
        {
            NativeFile.CreateHandle(path, (int)(UnixFileMode.UserRead | UnixFileMode.UserWrite)).Dispose();
        }
        catch (IOException) when (NativeFile.Exists(path))
        {
            // Another process created it just now.
        }
    }

    /// <summary>Begins to use the file that a name leads to; <see cref="Leave"/> ends it.</summary>
    /// <exception cref="IOException">It cannot be opened, or is no regular file.</exception>
    public static StoreFile Use(string path)
    {
        lock (Gate)
        {
            if (IdentityOf(path) is not { } named || !Used.TryGetValue(named, out var file))
            {
                var handle = Open(path, Libc.OpenReadOnly);
                var status = FileStatus.Of(handle, path);
                if (!Used.TryGetValue((status.Device, status.Inode), out file))
                {
                    file = new StoreFile(path, handle) { Identity = (status.Device, status.Inode) };
                    Used.Add(file.Identity, file);
                    OpenDatabases.Add(path);
                }
            }

            file.users++;
            return file;
        }
    }

    /// <summary>What a name leads to now; null where it leads to nothing.</summary>
    /// <exception cref="IOException">The file system did not answer.</exception>
    public static (ulong Device, ulong Inode)? IdentityOf(string path) => FileStatus.Of(path) is { } status ? (status.Device, status.Inode) : null;

    /// <summary>Ends one use.</summary>
    public void Leave()
    {
        lock (Gate)
        {
            if (--users == 0)
            {
                Used.Remove(Identity);
                OpenDatabases.Remove(path);
                writing?.Dispose();
                reading.Dispose();
            }
        }
    }

    /// <summary>Takes the lock; false when somebody has it, be it in this process.</summary>
    /// <exception cref="IOException">It may not be written, or its file system has no locks.</exception>
    public bool TryLock()
    {
        lock (Gate)
        {
            if (locked)
            {
                return false;
            }

            writing ??= Open(path, Libc.OpenReadWrite);
            var range = Range(Libc.WriteLock);
            locked = Libc.FileControl(writing, Libc.SetOpenFileLock, ref range) == 0;
            var error = locked ? null : Libc.LastError(path);
            return error is null || (error.HResult is Libc.TryAgain or Libc.NotPermitted ? false : throw error);
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Unlock()
    {
        lock (Gate)
        {
            var range = Range(Libc.NoLock);
            _ = Libc.FileControl(writing!, Libc.SetOpenFileLock, ref range);
            locked = false;
        }
    }

    /// <summary>Whether anybody has the lock.</summary>
    /// <exception cref="IOException">Its file system has no locks.</exception>
    public bool IsLocked()
    {
        var range = Range(Libc.WriteLock);
        return Libc.FileControl(reading, Libc.GetOpenFileLock, ref range) == 0 ? range.Type != Libc.NoLock : throw Libc.LastError(path);
    }

    private static Libc.FileLock Range(short type) => new() { Type = type, Start = LockedByte, Length = 1 };

    private static SafeFileHandle Open(string path, int mode)
    {
        // Before it is opened: to open a FIFO or a device may do something, or wait for ever.
        if (FileStatus.Of(path) is { IsRegular: false } status)
        {
            throw new IOException($"{path}: it is {status.Kind}, no regular file");
        }

        var descriptor = Libc.Open(path, mode | Libc.OpenNonBlock | Libc.OpenCloseOnExec, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Libc.LastError(path);
    }
}
