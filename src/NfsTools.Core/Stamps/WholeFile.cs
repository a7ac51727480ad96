using System.Runtime.InteropServices;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>Writes files that appear under their names whole, or not at all, also when the host crashes.</summary>
public static class WholeFile
{
    /// <summary>
    /// Writes a file beside its place, makes it durable, and moves it there. A link that has the name is replaced, not followed;
    /// a device or a pipe, such as /dev/stdout, is written to, through a link too.
    /// </summary>
    /// <param name="path">Its place; it is made as that with a unique ending, and .tmp behind. What could not be written leaves nothing behind.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="mode">Its mode; null for what the umask leaves.</param>
    /// <param name="waits">Wait for the reader of a pipe; otherwise one that is not there is an error.</param>
    /// <exception cref="NfsToolsException">It cannot be written.</exception>
    public static void Write(string path, string what, Action<Stream> write, UnixFileMode? mode = null, bool waits = true)
    {
        try
        {
            if (PassingFile.TryOpen(path, waits) is { } passing)
            {
                using (passing)
                {
                    var content = new MemoryStream();
                    write(content);
                    passing.Write(content.GetBuffer().AsSpan(..(int)content.Length));
                }

                return;
            }

            Replace(path, write, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, what, e);
        }
    }

    /// <summary>Makes sure that what is to be written takes the place of none of the files that it tells of.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <param name="files">The files that it tells of.</param>
    /// <exception cref="NfsToolsException">It would.</exception>
    internal static void Spare(string path, string what, IEnumerable<string> files)
    {
        var place = Place(path);
        if (!PassingFile.Is(path) && files.FirstOrDefault(file => Path.GetFileName(file) == Path.GetFileName(place) && Place(file) == place) is { } same)
        {
            throw new NfsToolsException($"{path}: the {what} was not written: it would take the place of {same}, of which it tells.", "Give it a name of its own.");
        }

        // A link that has the name is replaced, not followed.
        static string Place(string path) => FilePath.Full(path) is var full && Path.GetDirectoryName(full) is { } directory ? Path.Join(FilePath.Resolve(directory), Path.GetFileName(full)) : full;
    }

    /// <summary>Removes a file that was written; a device or a pipe stays.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public static void Remove(string path)
    {
        if (!PassingFile.Is(path))
        {
            NativeFile.Delete(path);
        }
    }

    /// <summary>Has a file made beside its place by its name, makes it and its new name durable, and moves it there.</summary>
    /// <param name="path">Its place, absolute, which is no device or pipe.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <param name="replace">Whether what has the name may be replaced.</param>
    /// <param name="make">Makes it.</param>
    /// <exception cref="NfsToolsException">It cannot be written, or something has the name.</exception>
    internal static void Make(string path, string what, bool replace, Action<string> make)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            make(temporary);
            NativeFile.Synchronize(temporary);
            if (replace)
            {
                NativeFile.Move(temporary, path);
            }
            else
            {
                NativeFile.MoveToFree(temporary, path);
            }

            NativeFile.Synchronize(Path.GetDirectoryName(path) ?? "/");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, what, e);
        }
        finally
        {
            NativeFile.Delete(temporary);
        }
    }

    private static NfsToolsException Failure(string path, string what, Exception e) => new(
        $"{path}: the {what} cannot be written: {e.Message.TrimEnd('.')}.",
        e.HResult switch
        {
            Libc.NoSpace or Libc.QuotaExceeded => "Make room on the file system, or have your quota raised.",
            Libc.FileTooLarge => "Allow larger files: ulimit -f unlimited in the shell, LimitFSIZE=infinity in a systemd unit.",
            _ => "Name a file in a directory that exists and that you may write to.",
        },
        e);

    private static void Replace(string path, Action<Stream> write, UnixFileMode? mode)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var made = false;
        try
        {
            using (var file = NativeFile.Create(temporary))
            {
                made = true;
                if (mode is { } asked)
                {
                    File.SetUnixFileMode(file.SafeFileHandle, asked);
                }

                write(file);
                file.Flush(flushToDisk: true);
            }

            NativeFile.Move(temporary, path);
            made = false;
        }
        catch (ArgumentOutOfRangeException) when (made)
        {
            // .NET's word for EFBIG.
            throw new IOException(Marshal.GetPInvokeErrorMessage(Libc.FileTooLarge), Libc.FileTooLarge);
        }
        finally
        {
            if (made)
            {
                NativeFile.Delete(temporary);
            }
        }
    }
}
