using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NfsTools.Interop;

/// <summary>
/// A file open for reading, without the advisory lock that FileStream takes (on NFS a call to the server that can stall)
/// and never for writing (a client that holds another host's file open for writing reads torn data).
/// </summary>
internal sealed class ReadOnlyFile : IDisposable
{
    private readonly SafeFileHandle handle;

    private ReadOnlyFile(string path, SafeFileHandle handle) => (Path, this.handle) = (path, handle);

    /// <summary>The name it was opened under.</summary>
    public string Path { get; }

    /// <summary>Opens a regular file; null where nothing is.</summary>
    /// <exception cref="IOException">It is there and cannot be opened.</exception>
    public static ReadOnlyFile? TryOpen(string path)
    {
        OpenDatabases.Refuse(path);
        var descriptor = Libc.Open(path, Libc.OpenReadOnly | Libc.OpenCloseOnExec | Libc.OpenNonBlock, 0);
        if (descriptor >= 0)
        {
            return new ReadOnlyFile(path, new SafeFileHandle(descriptor, ownsHandle: true));
        }

        var error = Libc.LastError(path);
        return error.HResult is Libc.NoSuchEntry or Libc.NotADirectory or Libc.StaleHandle ? null : throw error;
    }

    /// <summary>The status of the open file, asked from the server, whatever its name leads to by now.</summary>
    public FileStatus Status() => FileStatus.Of(handle, Path);

    /// <summary>Fills the buffer from the offset on; fewer bytes mean the end of the file.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = Libc.ReadAt(handle, buffer[total..], buffer.Length - total, offset + total);
            if (read < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
            {
                continue;
            }

            if (read < 0)
            {
                throw Libc.LastError(Path);
            }

            if (read == 0)
            {
                break;
            }

            total += (int)read;
        }

        return total;
    }

    /// <summary>
    /// Makes an NFS client drop what it has cached of the file's content, by taking and releasing a shared lock (nfs(5)) and by
    /// posix_fadvise(2); the error in words where the lock does not work. With a read delegation, which an NFSv4 server may give
    /// a client with this very open although it also writes the file, the lock does not leave the client and drops nothing
    /// (measured on Linux 6.1); the advice drops all pages but those that are mapped or not yet written back.
    /// </summary>
    public string? TryDropCache()
    {
        if (Libc.WholeFileLock(handle, Libc.SharedLockNoWait) < 0)
        {
            return Libc.LastError(Path).Message;
        }

        _ = Libc.WholeFileLock(handle, Libc.Unlock);
        _ = Libc.FileAdvise(handle, 0, 0, Libc.AdviseNotNeeded);
        return null;
    }

    public void Dispose() => handle.Dispose();
}
