using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>Wakes who waits for files when a process of this host changes one of them, as far as inotify can be had.</summary>
/// <param name="paths">The files, absolute.</param>
internal sealed class FileWake(params IEnumerable<string> paths) : IDisposable
{
    private readonly ILookup<string, string> names = paths.ToLookup(p => Path.GetDirectoryName(p) ?? "/", p => Path.GetFileName(p));
    private readonly Dictionary<int, HashSet<string>> watched = [];
    private readonly Inotify changes = new();

    /// <summary>Watches the files' directories, which may have been made, or made anew, since the last time. May hang with the file system.</summary>
    public void Watch()
    {
        foreach (var directory in names)
        {
            // Where the directory is not there yet, or the user's watches are used up, looks stand in.
            if (changes.Add(directory.Key, out _) is { } watch)
            {
                // Two names of one directory have one watch.
                watched.TryAdd(watch, []);
                watched[watch].UnionWith(directory);
            }
        }
    }

    /// <summary>Why inotify does not tell of all of them; empty where it does, or the files' directories are not there.</summary>
    public string Shortage => changes.Shortage;

    /// <summary>Waits until a file was changed, or the time is over.</summary>
    /// <param name="most">How long at most.</param>
    /// <param name="least">How long in any case.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Wait(TimeSpan most, TimeSpan least, CancellationToken cancellation)
    {
        Sleep(least, cancellation);
        var until = Environment.TickCount64 + (long)Math.Ceiling(Math.Min((most - least).TotalMilliseconds, int.MaxValue));
        for (var left = until - Environment.TickCount64; left > 0; left = until - Environment.TickCount64)
        {
            if (changes.Wait(TimeSpan.FromMilliseconds(left), cancellation) && changes.Read().Exists(IsMeant))
            {
                return;
            }
        }
    }

    public void Dispose() => changes.Dispose();

    private bool IsMeant(InotifyEvent e) => e.Name.Length == 0 || (watched.TryGetValue(e.Watch, out var meant) && meant.Contains(e.Name));

    private static void Sleep(TimeSpan time, CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(time < TimeSpan.Zero ? TimeSpan.Zero : time > LongWait.Longest ? LongWait.Longest : time);
        cancellation.ThrowIfCancellationRequested();
    }
}
