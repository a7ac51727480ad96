using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>Wakes who waits for a file when a process of this host changes it, as far as inotify can be had.</summary>
internal sealed class FileWake(string path) : IDisposable
{
    private readonly string directory = Path.GetDirectoryName(path) ?? "/";
    private readonly string name = Path.GetFileName(path);
    private readonly Inotify? changes = Open();

    /// <summary>Watches the file's directory, which may have been made, or made anew, since the last time. May hang with the file system.</summary>
    public void Watch()
    {
        try
        {
            changes?.Add(directory, Inotify.AnyChange);
        }
        catch (IOException)
        {
            // The directory is not there yet, or the user's watches are used up: looks stand in.
        }
    }

    /// <summary>Waits until the file was changed, or the time is over.</summary>
    /// <param name="most">How long at most.</param>
    /// <param name="least">How long in any case.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Wait(TimeSpan most, TimeSpan least, CancellationToken cancellation)
    {
        Sleep(least, cancellation);
        if (changes is null)
        {
            Sleep(most - least, cancellation);
            return;
        }

        var until = Environment.TickCount64 + (long)Math.Ceiling(Math.Min((most - least).TotalMilliseconds, int.MaxValue));
        for (var left = until - Environment.TickCount64; left > 0; left = until - Environment.TickCount64)
        {
            if (changes.Wait(TimeSpan.FromMilliseconds(left), cancellation) && changes.Read().Exists(e => e.Name.Length == 0 || e.Name == name))
            {
                return;
            }
        }
    }

    public void Dispose() => changes?.Dispose();

    private static void Sleep(TimeSpan time, CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(time);
        cancellation.ThrowIfCancellationRequested();
    }

    // A user may have 128 instances: where they are used up, looks stand in.
    private static Inotify? Open()
    {
        try
        {
            return new Inotify();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
