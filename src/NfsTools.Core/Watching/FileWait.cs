using System.Globalization;
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
    /// <summary>What it is to wait for <see cref="WaitCondition.Gone"/>, for who is asked for it.</summary>
    public const string GoneHelp = "Until nothing is there, instead of until something is. A file system that does not answer, or is not mounted any more, is waited for.";

    /// <summary>The shortest <see cref="PollInterval"/>; however often inotify tells of the file, it is looked at no more often.</summary>
    public static readonly TimeSpan LeastPollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>What is waited for.</summary>
    public WaitCondition Condition { get; init; } = WaitCondition.Exists;

    /// <summary>The time that the file's mtime is to be later than, on the file server's clock.</summary>
    public DateTimeOffset NewerThan { get; init; }

    /// <summary>How long it is to stand still.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long to wait; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for ever. The file is looked at once whatever
    /// the time; a file system that hangs prolongs it by no more than <see cref="FileSystemLocator.UsualTimeout"/>.
    /// </summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>How often to look when inotify tells of nothing.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Waits.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Is told of each look after which the wait goes on.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public FileWaitResult Run(CancellationToken cancellation, TimeProvider? time = null, IProgress<FileWaitResult>? progress = null)
    {
        var clock = time ?? TimeProvider.System;
        var started = clock.GetTimestamp();
        var path = FilePath.Full(Path);
        var stamps = new FreshStamps(clock);
        var place = Condition == WaitCondition.Gone ? FileSystemLocator.Locate(path, Left() < FileSystemLocator.UsualTimeout ? Left() : null) : null;
        using var changes = new FileWake(path);
        FileStamp? last = null;
        var unchangedSince = started;
        for (var looks = 1; ; looks++)
        {
            var problem = "the file system does not answer";
            var met = false;
            try
            {
                if (Abandonable.TryRun(() => Look(changes, stamps, path), Longest(Left(), FileSystemLocator.UsualTimeout), out var stamp, cancellation))
                {
                    unchangedSince = last is not null && last.Same(stamp) ? unchangedSince : clock.GetTimestamp();
                    (last, problem) = (stamp, stamp.Doubt);
                    met = Met(stamp, clock.GetElapsedTime(unchangedSince));
                    if (stamp.Status is { IsPassing: true } passing && Condition is (WaitCondition.Newer or WaitCondition.Stable))
                    {
                        (met, problem) = (false, $"it is {passing.Kind}: its times and size say nothing of what goes through it");
                    }

                    if (met && place?.IsMounted() == false)
                    {
                        (met, problem) = (false, $"{place.Mount.Source} is not mounted on {place.Mount.MountPoint} any more, which says nothing of the file");
                    }
                }
            }
            catch (IOException e)
            {
                problem = e.Message;
            }

            if (!met && problem.Length == 0 && changes.Shortage.Length > 0)
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"{changes.Shortage}: looked at every {PollInterval.TotalSeconds:0.##} s alone");
            }

            var left = Left();
            var result = new FileWaitResult(path, met, last, clock.GetElapsedTime(started), looks, problem);
            if (met || left <= TimeSpan.Zero)
            {
                return result;
            }

            progress?.Report(result);
            var pause = Condition == WaitCondition.Stable && last?.Exists == true ? StableFor - clock.GetElapsedTime(unchangedSince) : PollInterval;
            changes.Wait(Longest(LeastPollInterval, new[] { pause, PollInterval, left }.Min()), LeastPollInterval, cancellation);
        }

        TimeSpan Left() => Timeout < TimeSpan.Zero ? TimeSpan.MaxValue : Timeout - clock.GetElapsedTime(started);
    }

    // Watched before the look: what happens in between wakes the next one.
    private static FileStamp Look(FileWake changes, FreshStamps stamps, string path)
    {
        changes.Watch();
        return stamps.Take(path);
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private bool Met(FileStamp stamp, TimeSpan unchanged) => Condition switch
    {
        WaitCondition.Exists => stamp.Exists,
        WaitCondition.Gone => !stamp.Exists,
        WaitCondition.Newer => stamp.ModifyTime > NewerThan,
        _ => stamp.Exists && unchanged >= StableFor,
    };
}

/// <summary>How a wait ended, or stands.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Met">Whether what was waited for came.</param>
/// <param name="Last">The last stamp; null where the file system never answered.</param>
/// <param name="Waited">How long it took.</param>
/// <param name="Looks">How often the file was looked at.</param>
/// <param name="Problem">What stood in the way at the last look, or why its stamp is in doubt; empty when nothing.</param>
public sealed record FileWaitResult(string Path, bool Met, FileStamp? Last, TimeSpan Waited, int Looks, string Problem)
{
    /// <summary>What was seen, in words.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Seen}; {(Met ? "met" : "not met")} after {Waited.TotalSeconds:F1} s and {Looks} {(Looks == 1 ? "look" : "looks")}{(Problem.Length > 0 ? "; " : "")}{Problem}");

    private string Seen => Last switch
    {
        null => "never seen",
        { Exists: false } => "nothing is there",
        var seen => string.Create(CultureInfo.InvariantCulture, $"{seen.Size} bytes, written {seen.ModifyTime:yyyy-MM-dd'T'HH:mm:ss.fffffff}Z"),
    };
}
