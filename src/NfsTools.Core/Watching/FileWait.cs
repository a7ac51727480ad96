using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>What is waited for.</summary>
public enum WaitCondition
{
    /// <summary>Something is there.</summary>
    Exists,

    /// <summary>Nothing is there.</summary>
    Gone,

    /// <summary>It was written later than <see cref="FileWait.NewerThan"/>.</summary>
    Newer,

    /// <summary>It is there and did not change for <see cref="FileWait.StableFor"/>.</summary>
    Stable,
}

/// <summary>Waits for a file, past the client's caches: inotify wakes it for this host's changes, looks find the others'.</summary>
public sealed record FileWait
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>What is waited for.</summary>
    public WaitCondition Condition { get; init; } = WaitCondition.Exists;

    /// <summary>The time that the file's mtime is to be later than, on the file server's clock.</summary>
    public DateTimeOffset NewerThan { get; init; }

    /// <summary>How long it is to stand still.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>How often to look when inotify tells of nothing; at least 10 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Waits.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public FileWaitResult Run(CancellationToken cancellation, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var started = clock.GetTimestamp();
        var stamps = new FreshStamps(clock);
        using var changes = new Inotify();
        FileStamp? last = null;
        var (unchangedSince, looks, problem) = (started, 0, "");
        while (true)
        {
            TimeSpan Left() => Timeout < TimeSpan.Zero ? TimeSpan.MaxValue : Timeout - clock.GetElapsedTime(started);

            // Watched before the look: what happens in between wakes the next one.
            Watch(changes);
            looks++;
            try
            {
                problem = "the file system does not answer";
                if (Abandonable.TryRun(() => stamps.Take(Path), Left(), out var stamp, cancellation))
                {
                    problem = stamp.Doubt;
                    unchangedSince = last is not null && last.Same(stamp) ? unchangedSince : clock.GetTimestamp();
                    last = stamp;
                    if (Met(stamp, clock.GetElapsedTime(unchangedSince)))
                    {
                        return new FileWaitResult(true, last, clock.GetElapsedTime(started), looks, problem);
                    }
                }
            }
            catch (IOException e)
            {
                problem = e.Message;
            }

            if (Left() <= TimeSpan.Zero)
            {
                return new FileWaitResult(false, last, clock.GetElapsedTime(started), looks, problem);
            }

            var pause = Condition == WaitCondition.Stable && last?.Exists == true ? StableFor - clock.GetElapsedTime(unchangedSince) : PollInterval;
            if (changes.Wait(new[] { pause, PollInterval, Left() }.Min() is var shortest && shortest > TimeSpan.Zero ? shortest : TimeSpan.Zero, cancellation))
            {
                changes.Read();
            }
        }
    }

    private bool Met(FileStamp stamp, TimeSpan unchanged) => Condition switch
    {
        WaitCondition.Exists => stamp.Exists,
        WaitCondition.Gone => !stamp.Exists,
        WaitCondition.Newer => stamp.ModifyTime > NewerThan,
        _ => stamp.Exists && unchanged >= StableFor,
    };

    private void Watch(Inotify changes)
    {
        try
        {
            changes.Add(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? "/", Inotify.AnyChange);
        }
        catch (IOException)
        {
            // The directory is not there yet, or the watches are used up: the looks stand in.
        }
    }
}

/// <summary>How a wait ended.</summary>
/// <param name="Met">Whether what was waited for came.</param>
/// <param name="Last">The last stamp; null where the file system never answered.</param>
/// <param name="Waited">How long it took.</param>
/// <param name="Looks">How often the file was looked at.</param>
/// <param name="Problem">What stood in the way at the last look, or why its stamp is in doubt; empty when nothing.</param>
public sealed record FileWaitResult(bool Met, FileStamp? Last, TimeSpan Waited, int Looks, string Problem);
