using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>A log or an archive of it, open for reading. One that is compressed is read as what it holds, whatever it is called.</summary>
internal sealed class LogFile : IDisposable
{
    // Who is asked what a name leads to may not answer: then it is looked at as a log, which waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ReadOnlyFile file;
    private readonly PackedContent? packed;

    private LogFile(ReadOnlyFile file, PackedContent? packed) => (this.file, this.packed) = (file, packed);

    /// <summary>The name it was opened under.</summary>
    public string Path => file.Path;

    /// <summary>Whether it is compressed.</summary>
    public bool IsPacked => packed is not null;

    /// <summary>How many bytes there are to read; of a compressed file, what it holds, which takes a whole pass to tell.</summary>
    /// <exception cref="DamagedArchiveException">It is compressed and cannot be unpacked to its end.</exception>
    public long Size => packed?.Size ?? file.Status().Size;

    /// <summary>Refuses what can be no log that is followed: a pipe, a device, a directory in place of a file or the other way round.</summary>
    /// <param name="path">The log.</param>
    /// <param name="isDirectory">Whether it is to be a directory of files.</param>
    /// <exception cref="NfsToolsException">It is one.</exception>
    public static void Check(string path, bool isDirectory)
    {
        try
        {
            if (Abandonable.TryRun(() => FileStatus.Of(path), Patience, out var status) && status is { } found && !(isDirectory ? found.IsDirectory : found.IsRegular))
            {
                throw new NfsToolsException(
                    $"{path}: this is {found.Kind}, which no log is kept in{(isDirectory ? " whose layout is a directory" : "")}.",
                    isDirectory ? "Name the directory of its files."
                    : found.IsDirectory ? "Name the live file in it, e.g. lsb.acct; where each day has a file, that its layout is daily." : "Name the live file; \"nfstools parse\" reads what comes through a pipe.");
            }
        }
        catch (IOException)
        {
            // It is told where it is read.
        }
    }

    /// <summary>Opens a regular file; null where nothing is.</summary>
    /// <exception cref="IOException">It is there and cannot be opened.</exception>
    public static LogFile? TryOpen(string path)
    {
        var file = ReadOnlyFile.TryOpen(path);
        try
        {
            return file is null ? null : new LogFile(file, PackedContent.TryOpen(file));
        }
        catch
        {
            file!.Dispose();
            throw;
        }
    }

    /// <summary>The status of the file as it lies there, compressed or not.</summary>
    public FileStatus Status() => file.Status();

    /// <summary>Fills the buffer from the offset on; fewer bytes mean the end.</summary>
    /// <exception cref="DamagedArchiveException">It is compressed and cannot be unpacked so far.</exception>
    public int Read(Span<byte> buffer, long offset) => packed?.Read(buffer, offset) ?? file.Read(buffer, offset);

    public void Dispose()
    {
        packed?.Dispose();
        file.Dispose();
    }
}
