using System.Globalization;
using Microsoft.Win32.SafeHandles;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>
/// A file made for a moment in a directory, to learn the file server's time: touching it makes the server write its own
/// clock into the file's mtime (utimensat(2) without a time), whatever the clocks of the hosts say.
/// </summary>
internal sealed class ProbeFile : IDisposable
{
    /// <summary>What the names of such files begin with.</summary>
    public const string Prefix = ".nfstools-probe";

    private readonly SafeFileHandle handle;

    /// <summary>Makes the file; its name begins with <see cref="Prefix"/>.</summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public ProbeFile(string directory)
    {
        Path = System.IO.Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}.{Environment.MachineName}.{Environment.ProcessId}.{Guid.NewGuid():N}"));
        var descriptor = Libc.Open(Path, Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenExclusive | Libc.OpenCloseOnExec, Convert.ToInt32("600", 8));
        handle = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Libc.LastError(Path);
    }

    public string Path { get; }

    /// <summary>Touches the file; returns the server's time, in nanoseconds since 1970-01-01 UTC.</summary>
    /// <exception cref="IOException">The file system did not answer.</exception>
    public long Touch()
    {
        if (Libc.SetTimesToNow(handle, 0) < 0)
        {
            throw Libc.LastError(Path);
        }

        return Status().ModifyTime;
    }

    /// <summary>Asks the server about the file.</summary>
    /// <exception cref="IOException">The file system did not answer.</exception>
    public FileStatus Status() => FileStatus.Of(handle, Path);

    /// <summary>Takes an open-file-description lock on the whole file; the error in words where that does not work.</summary>
    public string? TryLock()
    {
        var all = new Libc.FileLock { Type = Libc.WriteLock };
        return Libc.FileControl(handle, Libc.SetOpenFileLock, ref all) == 0 ? null : Libc.LastError(Path).Message;
    }

    /// <summary>Removes the file.</summary>
    public void Dispose()
    {
        handle.Dispose();
        try
        {
            NativeFile.Delete(Path);
        }
        catch (IOException)
        {
            // The server is away: the name says what the file was for.
        }
    }
}
