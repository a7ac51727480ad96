using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>What was measured of a shared file system, with a probe file in one of its directories.</summary>
public sealed record FileSystemMeasurement
{
    private const int Rounds = 20;
    private const int EnoughTicks = 4;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const string Remedy = "Name a directory that exists, answers, and may be written to: a probe file is made there and removed.";

    // Servers tick every 1 to 10 ms, or every second.
    private static readonly TimeSpan LongestSearchForTick = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a file system may take for all of it.</summary>
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The directory it was measured in.</summary>
    public required string Path { get; init; }

    /// <summary>The file server's clock minus this host's; right within <see cref="ClockError"/>.</summary>
    public required TimeSpan ClockOffset { get; init; }

    /// <summary>How far the offset may be off, either way: what the round trips and the server's tick leave open.</summary>
    public required TimeSpan ClockError { get; init; }

    /// <summary>The tick of the server's time stamps, as far as it was seen; changes within one tick look like one.</summary>
    public required TimeSpan TimeGranularity { get; init; }

    /// <summary>The median time a look past the client's cache takes.</summary>
    public required TimeSpan RoundTrip { get; init; }

    /// <summary>Whether locks work and reach other hosts.</summary>
    public required bool LocksReachOtherHosts { get; init; }

    /// <summary>Why they do, or do not, in words.</summary>
    public required string LockReason { get; init; }

    /// <summary>Measures; makes a probe file and removes it.</summary>
    /// <param name="directory">A directory that may be written to.</param>
    /// <param name="timeout">How long the file system may take; null for <see cref="UsualTimeout"/>. Where it hangs, the probe file is removed once it answers again.</param>
    /// <param name="time">This host's clock.</param>
    /// <param name="cancellation">Ends it before the next question to the file system.</param>
    /// <exception cref="NfsToolsException">The directory cannot be written, or does not answer.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FileSystemMeasurement Measure(string directory, TimeSpan? timeout = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var patience = timeout ?? UsualTimeout;
        var place = FileSystemLocator.Locate(directory, patience < FileSystemLocator.UsualTimeout ? patience : null);
        try
        {
            if (place.Responds && Abandonable.TryRun(() => Measure(place, time ?? TimeProvider.System, cancellation), patience, out var measured, CancellationToken.None))
            {
                return measured;
            }
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{place.Path}: it cannot be measured: {e.Message}.", Remedy, e);
        }

        throw new NfsToolsException($"{place.Path}: it cannot be measured: the file system does not answer.", Remedy);
    }

    private static FileSystemMeasurement Measure(SharedFileSystem place, TimeProvider clock, CancellationToken cancellation)
    {
        using var probe = new ProbeFile(place.ResolvedPath);

        // The server's time lies between the times before and after the touch: each round narrows the offset.
        var (least, most) = (long.MinValue, long.MaxValue);
        var stamps = new SortedSet<long>();
        var started = clock.GetTimestamp();
        for (var round = 0; round < Rounds || (stamps.Count < EnoughTicks && clock.GetElapsedTime(started) < LongestSearchForTick); round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = Nanoseconds(clock);
            var server = probe.Touch();
            var after = Nanoseconds(clock);
            (least, most) = (Math.Max(least, server - after), Math.Min(most, server - before));
            stamps.Add(server);
        }

        var trips = Enumerable.Range(0, Rounds).Select(_ => RoundTripOf(probe, clock)).Order().ToList();
        var tick = Tick(stamps);

        // A stamp is the last tick, so the server's clock may be up to one tick further.
        most = Math.Max(most, least) + tick;
        cancellation.ThrowIfCancellationRequested();
        var (locks, reason) = Locks(probe, place);
        return new FileSystemMeasurement
        {
            Path = place.Path,
            ClockOffset = Span((least / 2) + (most / 2)),
            ClockError = Span((most - least) / 2),
            TimeGranularity = Span(tick),
            RoundTrip = trips[trips.Count / 2],
            LocksReachOtherHosts = locks,
            LockReason = reason,
        };
    }

    private static long Nanoseconds(TimeProvider clock) => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static TimeSpan Span(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);

    private static TimeSpan RoundTripOf(ProbeFile probe, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        probe.Status();
        return clock.GetElapsedTime(started);
    }

    // The smallest step seen; a second where no stamp has a fraction, and where none was seen, the coarsest that would pass unseen.
    private static long Tick(SortedSet<long> stamps) => stamps.All(s => s % NanosecondsPerSecond == 0)
        ? NanosecondsPerSecond
        : stamps.Zip(stamps.Skip(1), (a, b) => b - a).DefaultIfEmpty((long)LongestSearchForTick.TotalNanoseconds).Min();

    private static (bool Reaches, string Reason) Locks(ProbeFile probe, SharedFileSystem place) =>
        probe.TryLock() is { } error ? (false, $"a lock was refused: {error}") : LockReach.Of(place);
}
