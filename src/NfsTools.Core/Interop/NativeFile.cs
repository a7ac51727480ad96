using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NfsTools.Interop;

/// <summary>
/// Files and directories by their names as bytes. .NET's File and Directory take another file where a name is not UTF-8,
/// so that what a user or a listing names goes this way.
/// </summary>
internal static class NativeFile
{
    /// <summary>Read and write for all, as far as the umask lets.</summary>
    private const int UsualMode = 0x1B6;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte DirectoryEntry = 4;
    private const byte UnknownEntry = 0;

    /// <summary>Whether something is there that is no directory, as far as this user can see.</summary>
    public static bool Exists(string path) => StatusOf(path) is { IsDirectory: false };

    /// <summary>Whether a directory is there, as far as this user can see.</summary>
    public static bool IsDirectory(string path) => StatusOf(path) is { IsDirectory: true };

    /// <summary>Reads a regular file whole: anything else could wait for ever, or do something by being opened.</summary>
    /// <exception cref="IOException">It is not there, is no regular file, is larger than that, or cannot be read.</exception>
    public static byte[] ReadAll(string path, int mostBytes)
    {
        RequireRegular(path, FileStatus.Of(path) ?? throw new IOException($"{path}: No such file or directory", Libc.NoSuchEntry));
        using var file = ReadOnlyFile.TryOpen(path) ?? throw new IOException($"{path}: No such file or directory", Libc.NoSuchEntry);
        var status = file.Status();
        RequireRegular(path, status);

        // One byte more than its size tells whether it has grown.
        var content = new MemoryStream();
        var buffer = new byte[(int)Math.Min(status.Size, mostBytes) + 1];
        for (int read; content.Length <= mostBytes && (read = file.Read(buffer, content.Length)) > 0;)
        {
            content.Write(buffer, 0, read);
        }

        return content.Length <= mostBytes ? content.ToArray() : throw new IOException($"{path}: it is larger than {mostBytes >> 20} MiB");
    }

    /// <summary>Makes a file that is not there yet, to write it.</summary>
    /// <exception cref="IOException">It is there, or cannot be made.</exception>
    public static FileStream Create(string path) => new(CreateHandle(path), FileAccess.Write);

    /// <summary>Makes a file that is not there yet, to write it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Its mode, less the process's umask.</param>
    /// <exception cref="IOException">It is there, or cannot be made.</exception>
    public static SafeFileHandle CreateHandle(string path, int mode = UsualMode)
    {
        var descriptor = Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenCreate | Libc.OpenExclusive | Libc.OpenCloseOnExec, mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Libc.LastError(path);
    }

    /// <summary>Opens a file, or a pipe, to read it from its beginning to its end.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream OpenRead(string path)
    {
        OpenDatabases.Refuse(path);
        var descriptor = Libc.Open(path, Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0);
        return descriptor >= 0 ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read) : throw Libc.LastError(path);
    }

    /// <summary>Makes a directory; one that is there will do.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void CreateDirectory(string path, int mode)
    {
        if (Libc.MakeDirectory(path, mode) < 0 && Libc.LastError(path) is var error && !IsDirectory(path))
        {
            throw error;
        }
    }

    /// <summary>Gives a file another name; what had that is gone.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Move(string path, string target)
    {
        if (Libc.Rename(path, target) < 0)
        {
            throw Libc.LastError(target);
        }
    }

    /// <summary>Gives a file a name that nothing has; where a file system has no links, one that nothing had just now.</summary>
    /// <exception cref="IOException">Something has the name, or it cannot be done.</exception>
    public static void MoveToFree(string path, string target)
    {
        if (Libc.Link(path, target) == 0)
        {
            Delete(path);
        }
        else if (Libc.LastError(target) is { HResult: not (Libc.OperationNotPermitted or Libc.NotSupported) } error)
        {
            throw error;
        }
        else
        {
            Move(path, target);
        }
    }

    /// <summary>Makes durable what is in a file, or which names are in a directory.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Synchronize(string path)
    {
        using var file = Libc.Open(path, Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0) is >= 0 and var descriptor ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Libc.LastError(path);
        if (Libc.Synchronize(file) < 0)
        {
            throw Libc.LastError(path);
        }
    }

    /// <summary>Removes a file; one that is not there is removed already.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Delete(string path)
    {
        if (Libc.Unlink(path) < 0 && Libc.LastError(path) is { HResult: not (Libc.NoSuchEntry or Libc.NotADirectory) } error)
        {
            throw error;
        }
    }

    /// <summary>The names in a directory, without . and .., and whether each is a directory itself; a link is none.</summary>
    /// <exception cref="IOException">It cannot be listed.</exception>
    public static IEnumerable<(string Name, bool IsDirectory)> List(string directory)
    {
        var stream = Libc.OpenDirectory(directory);
        if (stream == 0)
        {
            throw Libc.LastError(directory);
        }

        try
        {
            while (Next(stream, directory) is { } entry)
            {
                if (entry.Name is not ("." or ".."))
                {
                    yield return (entry.Name, entry.Type == DirectoryEntry || (entry.Type == UnknownEntry && IsPlainDirectory($"{directory}/{entry.Name}")));
                }
            }
        }
        finally
        {
            _ = Libc.CloseDirectory(stream);
        }
    }

    private static unsafe (string Name, byte Type)? Next(nint stream, string directory)
    {
        // struct dirent: an inode, an offset, a length, a type, the name.
        var entry = (byte*)Libc.ReadDirectory(stream);
        if (entry == null)
        {
            return Marshal.GetLastPInvokeError() == 0 ? null : throw Libc.LastError(directory);
        }

        return (NativeText.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset)), entry[TypeOffset]);
    }

    private static bool IsPlainDirectory(string path)
    {
        try
        {
            return FileStatus.Of(path, follow: false) is { IsDirectory: true };
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static FileStatus? StatusOf(string path)
    {
        try
        {
            return FileStatus.Of(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void RequireRegular(string path, FileStatus status)
    {
        if (!status.IsRegular)
        {
            throw new IOException($"{path}: it is {status.Kind}, no regular file");
        }
    }
}
