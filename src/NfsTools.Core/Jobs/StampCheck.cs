using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>
/// Compares files with what is expected of them, past the client's caches; where they are not that yet, waits for it. The first
/// look asks the file servers already, so a wait means that a server itself does not have the file yet. It ends the moment all
/// files are as expected.
/// </summary>
public sealed record StampCheck
{
    // A look costs the server a request or two a file: waiting takes no more than a fifth of what one client can ask for.
    private const int LookCost = 4;

    /// <summary>How often to try again where nothing else is said.</summary>
    public const int UsualRetries = 6;

    /// <summary>How often to try again at most.</summary>
    public const int MostRetries = 1_000_000;

    /// <summary>What <see cref="Retries"/> are, for who is asked for them.</summary>
    public const string RetriesHelp = "How often to try again when files are not as expected; looks in between end the wait as soon as they are.";

    /// <summary>What <see cref="RetryDelay"/> is, for who is asked for it.</summary>
    public const string RetryDelayHelp = "The time from one try to the next";

    /// <summary>What it is not to <see cref="Revalidate"/>, for who is asked for it.</summary>
    public const string NoRevalidateHelp = "Believe this host's caches instead of asking the file server.";

    /// <summary>The time between two tries where nothing else is said.</summary>
    public static readonly TimeSpan UsualRetryDelay = TimeSpan.FromSeconds(10);

    // However few the retries, a server may take so long to answer.
    internal static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>The files, and what is expected of each.</summary>
    public required IReadOnlyList<FileExpectation> Files { get; init; }

    /// <summary>How often to try again, 0 or more: <see cref="Retries"/> times <see cref="RetryDelay"/> is how long to wait at most.</summary>
    public int Retries { get; init; } = UsualRetries;

    /// <summary>The time between two tries; looks in between end the wait early.</summary>
    public TimeSpan RetryDelay { get; init; } = UsualRetryDelay;

    /// <summary>Ask the file server; otherwise the client's cache answers, and the wait depends on it.</summary>
    public bool Revalidate { get; init; } = true;

    /// <summary>Who takes the stamps; null for somebody new.</summary>
    internal FreshStamps? Stamps { get; init; }

    /// <summary>
    /// Checks. A server that does not answer is waited for like a file that is not there yet, and five seconds at least.
    /// </summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Is told, after each look with which not all is as expected, of the files that are not.</param>
    /// <returns>The verdicts, in the files' order.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public IReadOnlyList<FileCheck> Run(CancellationToken cancellation, TimeProvider? time = null, IProgress<IReadOnlyList<FileCheck>>? progress = null)
    {
        var clock = time ?? TimeProvider.System;
        var started = clock.GetTimestamp();
        var most = Duration.Times(RetryDelay, Retries);
        var files = Files.Select(f => f with { Path = FilePath.Absolute(f.Path) }).ToList();
        var paths = files.ConvertAll(f => f.Path);
        var stamps = Stamps ?? new FreshStamps(clock) { Trees = true };
        var looks = new MountLooks(paths, Revalidate ? stamps.TakeEach : stamps.TakeCached);
        var checks = new FileCheck[files.Count];
        FileWake? wake = null;
        try
        {
            var pause = ShortestPause;
            for (var attempt = 1; ; attempt++)
            {
                var lookStarted = clock.GetTimestamp();
                looks.Look(file => checks[file] is not { Holds: true }, FileSystemLocator.UsualTimeout, Judge, cancellation);
                var pending = checks.Where(c => !c.Holds).ToList();

                // A server that owes an answer is not asked again, so tries are not counted.
                var left = (looks.AnyUnderWay ? Max(most, LeastPatience) : most) - clock.GetElapsedTime(started);
                if (pending.Count == 0 || (left <= TimeSpan.Zero && (looks.AnyUnderWay || attempt > Retries)))
                {
                    return checks;
                }

                progress?.Report(pending);
                pause = Min(Max(pause * 1.5, clock.GetElapsedTime(lookStarted) * LookCost), Max(LongestPause, clock.GetElapsedTime(lookStarted) * LookCost));
                if (looks.AnyUnderWay)
                {
                    looks.AwaitAny(Min(pause, left), cancellation);
                }
                else if (wake is null)
                {
                    // Watched from now on: what happened since the look is found by the next one, at once.
                    wake = new FileWake(pending.Select(c => c.Path));
                    Abandonable.TryRun(() => Watch(wake), FileSystemLocator.UsualTimeout, out _, cancellation);
                }
                else
                {
                    wake.Wait(Max(ShortestPause, Min(pause, left)), ShortestPause, cancellation);
                }

                void Judge(int file, StampLook look)
                {
                    var (verdict, reason) = look.Stamp is { } stamp ? files[file].Judge(stamp) : (StampVerdict.NoAnswer, look.Problem);
                    reason += look.Stamp is { Trusted: false } ? $" (in doubt: {look.Stamp.Doubt})" : "";
                    checks[file] = new FileCheck(paths[file], files[file], look.Stamp ?? checks[file]?.Found, attempt, clock.GetElapsedTime(started), verdict, reason);
                }
            }
        }
        finally
        {
            wake?.Dispose();
        }
    }

    private static bool Watch(FileWake wake)
    {
        wake.Watch();
        return true;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
