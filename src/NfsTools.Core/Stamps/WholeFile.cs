using Microsoft.Win32.SafeHandles;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>Writes files that appear under their names whole, or not at all, also when the host crashes.</summary>
internal static class WholeFile
{
    /// <summary>
    /// Writes a file beside its place, makes it durable, and moves it there. A link that has the name is replaced, not followed;
    /// a device or a pipe, such as /dev/stdout, is written to.
    /// </summary>
    /// <param name="path">Its place; it is made as that with a unique ending, and .tmp behind. What could not be written leaves nothing behind.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="NfsToolsException">It cannot be written.</exception>
    public static void Write(string path, string what, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var made = false;
        try
        {
            if (Passing(path))
            {
                using var passing = Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenAppend | Libc.OpenCloseOnExec, 0) is >= 0 and var descriptor
                    ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write)
                    : throw Libc.LastError(path);
                write(passing);
                return;
            }

            using (var file = NativeFile.Create(temporary))
            {
                made = true;
                write(file);
                file.Flush(flushToDisk: true);
            }

            NativeFile.Move(temporary, path);
        }
        catch (IOException e)
        {
            if (made)
            {
                NativeFile.Delete(temporary);
            }

            throw new NfsToolsException($"{path}: the {what} cannot be written: {e.Message.TrimEnd('.')}.", "Name a file in a directory that exists and that you may write to.", e);
        }
    }

    // What the names of this process's streams lead to may be a file, and is written to by whoever else has it open.
    private static bool Passing(string path) =>
        FileStatus.Of(path) is { IsPassing: true } || Path.GetDirectoryName(FilePath.Absolute(path)) is "/dev" or "/dev/fd" or "/proc/self/fd";
}
