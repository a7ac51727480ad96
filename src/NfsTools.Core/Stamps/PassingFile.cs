using System.Globalization;
using Microsoft.Win32.SafeHandles;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>
/// What is written to, and not replaced: a device, a pipe, and what this process has open. The latter may be a file, which
/// others write to as well: they go on behind what is written here, as the kernel keeps one place for all of them.
/// </summary>
internal sealed class PassingFile : IDisposable
{
    // As many as the kernel follows (path_resolution(7)).
    private const int MostLinks = 40;
    private static readonly string[] OwnDescriptors = ["/dev/fd", "/proc/self/fd", "/proc/thread-self/fd", $"/proc/{Environment.ProcessId}/fd"];
    private readonly string path;
    private readonly SafeFileHandle handle;

    private PassingFile(string path, SafeFileHandle handle) => (this.path, this.handle) = (path, handle);

    /// <summary>Whether a path leads to such a thing.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static bool Is(string path) => Look(path).Passes;

    /// <summary>Opens what a path leads to; null where it is, or will be, a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="waits">Wait for the reader of a pipe.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static PassingFile? TryOpen(string path, bool waits)
    {
        var (passes, own) = Look(path);
        if (!passes)
        {
            return null;
        }

        var descriptor = own is { } number ? Libc.Duplicate(number, Libc.DuplicateCloseOnExec, 0)
            : Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenAppend | Libc.OpenCloseOnExec | (waits ? 0 : Libc.OpenNonBlock), 0);
        return descriptor >= 0 ? new PassingFile(path, new SafeFileHandle(descriptor, ownsHandle: true)) : throw Libc.LastError(path);
    }

    /// <summary>Writes.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var written = Libc.Write(handle, content, content.Length);
            if (written >= 0)
            {
                content = content[(int)written..];
                continue;
            }

            var error = Libc.LastError(path);
            if (error.HResult is not (Libc.Interrupted or Libc.TryAgain))
            {
                throw error;
            }

            // Whoever shares a pipe may have asked not to wait for room in it.
            _ = Libc.Poll([new Libc.PollDescriptor { Descriptor = (int)handle.DangerousGetHandle(), Events = Libc.PollOut }], 1, -1);
        }
    }

    public void Dispose() => handle.Dispose();

    private static (bool Passes, int? Own) Look(string path)
    {
        var at = FilePath.Absolute(path);
        for (var links = 0; links < MostLinks; links++)
        {
            var (directory, name) = (Path.GetDirectoryName(at) ?? "/", Path.GetFileName(at));
            if (OwnDescriptors.Contains(directory) && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return (true, number);
            }

            if (FileStatus.Of(at, follow: false) is not { IsLink: true } || Libc.ReadLink(at) is not { } target)
            {
                // What is not there would be made, which nobody means in these.
                return (FileStatus.Of(at) is { IsPassing: true } || directory is "/dev" || directory.StartsWith("/proc/", StringComparison.Ordinal), null);
            }

            at = FilePath.Absolute(target, directory);
        }

        return (false, null);
    }
}
