using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Sources;

/// <summary>A log that is read once from its beginning to its end: a file, compressed or not, or what comes through a pipe.</summary>
internal sealed class LogInput : IDisposable
{
    private readonly LogFile? file;
    private readonly Stream? stream;
    private readonly string name;
    private long at;

    private LogInput(string name, LogFile? file, Stream? stream) => (this.name, this.file, this.stream) = (name, file, stream);

    /// <summary>Whether it is a file, which is read without waiting for whoever writes it.</summary>
    public bool IsFile => file is not null;

    /// <summary>Opens a file, or a pipe by its name, such as <c>/dev/stdin</c>.</summary>
    /// <exception cref="NfsToolsException">It is not there or cannot be opened.</exception>
    public static LogInput Open(string path) => Guard(() =>
        FileStatus.Of(path) is not { } status ? throw new NfsToolsException($"{path}: there is no such file.", "Check the name; archives are named explicitly here.")
        : status.IsRegular || status.IsDirectory ? new LogInput(path, LogFile.TryOpen(path), null)
        : new LogInput(path, null, NativeFile.OpenRead(path)));

    /// <summary>Takes what comes through a stream, which is closed in the end.</summary>
    public static LogInput Of(Stream stream, string name) => new(name, null, stream);

    /// <summary>Reads on; 0 at the end.</summary>
    /// <exception cref="NfsToolsException">It cannot be read, or nothing came through the pipe.</exception>
    public int Read(byte[] buffer)
    {
        var read = Guard(() => file?.Read(buffer, at) ?? stream?.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) ?? 0);
        if (stream is not null && at == 0)
        {
            CheckBegin(buffer.AsSpan(0, read));
        }

        at += read;
        return read;
    }

    public void Dispose()
    {
        file?.Dispose();
        stream?.Dispose();
    }

    private void CheckBegin(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new NfsToolsException($"{name}: nothing came through it.", "Check the command before it.");
        }

        if (PackedContent.IsPacked(bytes))
        {
            throw new NfsToolsException($"{name}: what comes through it is compressed.", "Name the file itself, which is unpacked as it is read, or unpack it on the way, e.g. with zcat.");
        }
    }

    private static T Guard<T>(Func<T> look)
    {
        try
        {
            return look();
        }
        catch (DamagedArchiveException e)
        {
            throw new NfsToolsException($"{e.Message}.", "What was read before is right. Get the whole file, or wait until it is written.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{e.Message.TrimEnd('.')}.", "Name a file or a pipe; check its owner and mode, and that its file system answers.", e);
        }
    }
}
