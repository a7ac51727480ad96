using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>Wakes who follows logs when a process of this host changes one of them, as far as inotify can be had.</summary>
internal sealed class LogWake(IReadOnlyList<LogFamily> families) : IDisposable
{
    // Bursts of small writes are one change; well within the second in which a line is to be told and a record to be committed.
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);
    private readonly Inotify changes = new();
    private readonly Dictionary<int, string> directories = [];
    private HashSet<LogFamily> woke = [];
    private HashSet<LogFamily> since = [];

    /// <summary>Whether inotify lost events: who changed what cannot be told.</summary>
    public bool Lost { get; private set; }

    /// <summary>Watches the logs' directories. Doing so again is no second watch: so one that was away, or is another one by now, is watched again.</summary>
    public void Watch()
    {
        foreach (var directory in families.SelectMany(f => f.Directories).Distinct())
        {
            // The slow poll stands in where the directory is not there, or the user's watches are used up.
            if (changes.Add(directory, out _) is { } watch)
            {
                directories[watch] = directory;
            }
        }
    }

    /// <summary>What inotify lacks, so that logs are looked at when it is time to alone; null where it lacks nothing, or that was told.</summary>
    /// <param name="interval">The time from one look to the next.</param>
    public string? TakeShortage(TimeSpan interval) =>
        changes.TakeShortage() is { } shortage ? $"{shortage}: what it does not tell of is looked at instead, every {interval.TotalSeconds:0.#} s" : null;

    /// <summary>Waits until a log was changed since the last wait ended, or the time is over; a tenth of a second at least.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Wait(TimeSpan most, TimeProvider time, CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(LeastPause);
        Lost = false;
        var started = time.GetTimestamp();
        for (var left = most; since.Count == 0 && left > TimeSpan.Zero; left = most - time.GetElapsedTime(started))
        {
            if (changes.Wait(left, cancellation))
            {
                Drain();
            }
        }

        (woke, since) = (since, []);
    }

    /// <summary>Whether this host changed a log since the wait before the last one. Asked after a read, it knows of all that was read.</summary>
    public bool IsTold(LogFamily family)
    {
        Drain();
        return woke.Contains(family) || since.Contains(family);
    }

    public void Dispose() => changes.Dispose();

    private void Drain()
    {
        foreach (var e in changes.Read())
        {
            Lost |= e.IsOverflow;
            since.UnionWith(families.Where(f => e.IsOverflow || (directories.GetValueOrDefault(e.Watch) is { } directory && f.Directories.Contains(directory) && f.Includes(directory, e.Name))));
        }
    }
}
