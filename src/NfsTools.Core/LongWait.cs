namespace NfsTools;

/// <summary>Waits that may be longer than .NET's own reach (24.8 or 49.7 days).</summary>
internal static class LongWait
{
    /// <summary>The longest time that every wait of .NET takes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    /// <summary>Waits for a task's end.</summary>
    /// <param name="task">The task.</param>
    /// <param name="time">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="TimeoutException">The time was over before.</exception>
    public static async Task<T> WaitLongAsync<T>(this Task<T> task, TimeSpan time, TimeProvider clock, CancellationToken cancellation)
    {
        for (; time > Longest; time -= Longest)
        {
            try
            {
                return await task.WaitAsync(Longest, clock, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!task.IsCompleted)
            {
                // The first part of it.
            }
        }

        return await task.WaitAsync(time, clock, cancellation).ConfigureAwait(false);
    }
}
