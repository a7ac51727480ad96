using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Coordination;

/// <summary>Takes a lock, waiting for it as long as is wished.</summary>
internal static class LockAcquisition
{
    private const int MostReplacements = 20;
    private const double PauseGrowth = 1.5;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // Asking this host's own kernel costs microseconds.
    private static readonly TimeSpan LongestLocalPause = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc cref="SharedLock.TryAcquire(string, out LockHolder?, LockOptions?, IProgress{LockHolder?}?, TimeProvider?, CancellationToken)"/>
    public static SharedLock? Run(string path, out LockHolder? holder, LockOptions options, IProgress<LockHolder?>? progress, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Ttl ?? LockOptions.UsualTtl, TimeSpan.Zero);
        var started = clock.GetTimestamp();
        var place = LockPlace.Of(path, options.RequireReach);
        for (var pause = ShortestPause; ; pause = Least(pause * PauseGrowth, place.IsLocal ? LongestLocalPause : LongestPause))
        {
            var left = options.Wait == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : options.Wait - clock.GetElapsedTime(started);
            (var held, holder) = Attempt(place, options, clock, left, cancellation);
            left = left == TimeSpan.MaxValue ? left : options.Wait - clock.GetElapsedTime(started);
            if (held is not null || left <= TimeSpan.Zero)
            {
                return held;
            }

            progress?.Report(holder);
            Task.Delay(Least(pause, left), clock, cancellation).GetAwaiter().GetResult();
        }
    }

    private static (SharedLock? Held, LockHolder? Holder) Attempt(LockPlace place, LockOptions options, TimeProvider clock, TimeSpan left, CancellationToken cancellation)
    {
        var attempt = Abandonable.Start(() => TryOnce(place, options, clock));
        try
        {
            var patience = left == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : left > LockPlace.LeastPatience ? left : LockPlace.LeastPatience;
            attempt.WaitLongAsync(patience, clock, cancellation).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Should it come through later, the lock is let go at once.
            attempt.ContinueWith(late => late.Result.Held?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw e is TimeoutException ? LockPlace.NoAnswer(place.Path) : e;
        }
        catch (IOException e)
        {
            throw LockFile.Error(place.Path, e);
        }

        return attempt.Result;
    }

    private static (SharedLock? Held, LockHolder? Holder) TryOnce(LockPlace place, LockOptions options, TimeProvider clock)
    {
        for (var tries = 0; tries < MostReplacements; tries++)
        {
            LockFile? file = null;
            try
            {
                var asked = clock.GetTimestamp();
                file = LockFile.Open(place.Path);
                if (!file.TryLock())
                {
                    return (null, file.Look().Holder);
                }

                // Between the open and the lock another file may have got the name; then the lock on this one keeps nobody out.
                if (file.IsNamed())
                {
                    var holder = LockHolder.Here(file.NextEpoch(clock), options.Purpose, clock);
                    file.Write(holder);
                    var held = new SharedLock(file, place, holder, options, clock, asked);
                    file = null;
                    return (held, holder);
                }
            }
            catch (IOException e) when (e.HResult == Libc.StaleHandle)
            {
                // It was deleted under the hand.
            }
            finally
            {
                file?.Dispose();
            }
        }

        throw new IOException($"{place.Path}: it is deleted or replaced again and again");
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
