using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NfsTools.Interop;

namespace NfsTools.Coordination;

/// <summary>
/// A lock file, open. The lock is an open-file-description lock (fcntl(2)): it goes with this opening of the file, however the
/// process ends, and not with any other one that the process closes. It covers the bytes behind the holder's text, so that the
/// text can be read where locks are mandatory (SMB); whole-file locks, such as those of flock(1) on NFS, collide with it all the same.
/// </summary>
internal sealed class LockFile : IDisposable
{
    private const long FirstLockedByte = 1 << 30;
    private const int MostBytes = 4096;
    private readonly string path;
    private readonly SafeFileHandle handle;

    private LockFile(string path, SafeFileHandle handle) => (this.path, this.handle) = (path, handle);

    /// <summary>Opens a lock file to lock it; one that is not there is made, for this user alone. Symbolic links are not followed.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="NfsToolsException">It is no file of its own.</exception>
    public static LockFile Open(string path) => Open(path, Libc.OpenReadWrite | Libc.OpenCreate) ?? throw new IOException($"{path}: it cannot be made", Libc.NoSuchEntry);

    /// <summary>Opens a lock file to look at it; null where there is none.</summary>
    /// <exception cref="IOException">It cannot be opened, or its directory is not there.</exception>
    /// <exception cref="NfsToolsException">It is no file of its own.</exception>
    public static LockFile? TryOpen(string path)
    {
        // A name that was missing a moment ago is believed only when the directory was asked anew; one in none is a mistake.
        return FileStatus.Of(Path.GetDirectoryName(path)!, fresh: true) is null
            ? throw new IOException($"{path}: No such file or directory", Libc.NoSuchEntry)
            : Open(path, Libc.OpenReadOnly);
    }

    /// <summary>The error of a lock file that cannot be used, as users read it.</summary>
    public static NfsToolsException Error(string path, IOException error) => error.HResult switch
    {
        Libc.LinkLoop => new NfsToolsException($"{path}: it is a symbolic link, which is not followed.", "Name the lock file itself.", error),
        Libc.NoLocks or Libc.NotImplemented or Libc.NotSupported => new NfsToolsException(
            $"The lock cannot be used: {error.Message}.", "On NFSv3 rpc.statd must run on this host, and the server's lock manager be reachable; otherwise name a file on a file system that has locks.", error),
        _ => new NfsToolsException($"The lock cannot be used: {error.Message}.", "Name a file in a directory that exists; the file must be readable and writable for you.", error),
    };

    /// <summary>Takes the lock, or asks the server for it anew; false when another has it.</summary>
    /// <exception cref="IOException">The file system has no locks, or did not answer.</exception>
    public bool TryLock()
    {
        var range = new Libc.FileLock { Type = Libc.WriteLock, Start = FirstLockedByte };
        if (Libc.FileControl(handle, Libc.SetOpenFileLock, ref range) == 0)
        {
            return true;
        }

        var error = Libc.LastError(path);
        return error.HResult is Libc.TryAgain or Libc.NotPermitted ? false : throw error;
    }

    /// <summary>
    /// Whether anybody holds the lock, and who: null where nobody does, or another program, whose lock covers other bytes. The
    /// lock is not taken.
    /// </summary>
    /// <exception cref="IOException">The file system has no locks, or did not answer.</exception>
    /// <exception cref="NfsToolsException">The file holds something else.</exception>
    public (bool IsLocked, LockHolder? Holder) Look()
    {
        var range = new Libc.FileLock { Type = Libc.WriteLock, Start = FirstLockedByte };
        if (Libc.FileControl(handle, Libc.GetOpenFileLock, ref range) != 0)
        {
            throw Libc.LastError(path);
        }

        var last = Read();
        return (range.Type != Libc.NoLock, range is { Type: Libc.WriteLock, Start: FirstLockedByte, Length: 0 } ? last : null);
    }

    /// <summary>Whether the file's name leads to it still, by a look past the client's caches.</summary>
    /// <exception cref="IOException">The file system did not answer.</exception>
    public bool IsNamed()
    {
        _ = FileStatus.Of(Path.GetDirectoryName(path)!, fresh: true);
        var open = FileStatus.Of(handle, path);
        return FileStatus.Of(path, fresh: true, follow: false) is { } named && (named.Device, named.Inode) == (open.Device, open.Inode);
    }

    /// <summary>Who holds the lock or took it last; null where nobody did, or the text that tells it is damaged.</summary>
    /// <inheritdoc cref="Text" path="/exception"/>
    public LockHolder? Read() => LockHolder.Parse(Text());

    /// <summary>The epoch of the next holder.</summary>
    /// <inheritdoc cref="Text" path="/exception"/>
    public long NextEpoch(TimeProvider clock) => LockHolder.NextEpoch(Text(), clock);

    /// <summary>
    /// The text, read past the client's cache, through this very opening: an NFSv4 client whose server has taken the lock away
    /// gets EIO here, and nowhere else (measured on Linux 6.1: asking for the lock anew succeeds and hides the loss, F_OFD_GETLK
    /// is answered by the client alone, reads through other openings succeed).
    /// </summary>
    /// <exception cref="IOException">The file system did not answer, or the lock is lost (EIO).</exception>
    /// <exception cref="NfsToolsException">The file holds something else.</exception>
    private string Text()
    {
        _ = Libc.FileAdvise(handle, 0, 0, Libc.AdviseNotNeeded);
        Span<byte> buffer = stackalloc byte[MostBytes];
        nint length;
        while ((length = Libc.ReadAt(handle, buffer, buffer.Length, 0)) < 0)
        {
            var error = Libc.LastError(path);
            if (error.HResult != Libc.Interrupted)
            {
                throw error;
            }
        }

        var text = Encoding.UTF8.GetString(buffer[..(int)length]);
        return LockHolder.IsMeant(text)
            ? text
            : throw new NfsToolsException($"{path}: it holds something else than a lock.", "Name a file of its own for the lock: its content is overwritten. One that was overwritten by mistake may be emptied when nobody holds it; its epochs begin at 1 then.");
    }

    /// <summary>Writes the holder, durably. The text before it is never absent: whoever reads meanwhile has the one or the other.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(LockHolder holder)
    {
        var text = Encoding.UTF8.GetBytes(holder.ToText());
        var written = Libc.WriteAt(handle, text, text.Length, 0);
        if (written < 0 || (written == text.Length && (Libc.Truncate(handle, text.Length) < 0 || Libc.Synchronize(handle) < 0)))
        {
            throw Libc.LastError(path);
        }

        if (written < text.Length)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{path}: {written} of {text.Length} bytes could be written"), Libc.NoSpace);
        }
    }

    /// <summary>Has a guard of a process group hold the lock too.</summary>
    public GroupGuard Guard(string mark) => new(handle, mark);

    /// <summary>Closes the file, and so releases the lock.</summary>
    /// <summary>Lets others have it.</summary>
    public void Dispose()
    {
        // A process that is just being started holds all files of this one until its program begins: to close this one's alone would
        // leave the lock with it.
        if (!handle.IsClosed)
        {
            var range = new Libc.FileLock { Type = Libc.NoLock, Start = FirstLockedByte };
            _ = Libc.FileControl(handle, Libc.SetOpenFileLock, ref range);
        }

        handle.Dispose();
    }

    private static LockFile? Open(string path, int flags)
    {
        var descriptor = Libc.Open(path, flags | Libc.OpenNoFollow | Libc.OpenNonBlock | Libc.OpenCloseOnExec, Convert.ToInt32("600", 8));
        if (descriptor < 0)
        {
            var error = Libc.LastError(path);
            return error.HResult == Libc.NoSuchEntry && (flags & Libc.OpenCreate) == 0 ? null : throw error;
        }

        var file = new LockFile(path, new SafeFileHandle(descriptor, ownsHandle: true));
        try
        {
            file.RequireOwnFile();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Whoever may write the file may lock it, a group for instance: owner and mode are the administrator's business. But what
    // is known by another name as well, or is no file, is not overwritten.
    private void RequireOwnFile()
    {
        var status = FileStatus.Of(handle, path);
        if (!status.IsRegular)
        {
            throw new NfsToolsException($"{path}: it is no regular file.", "Name a file of its own for the lock.");
        }

        if (status.Links > 1)
        {
            throw new NfsToolsException($"{path}: it has another name as well.", "Name a file of its own for the lock, without hard links.");
        }
    }
}
