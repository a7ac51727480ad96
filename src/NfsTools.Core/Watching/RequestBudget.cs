namespace NfsTools.Watching;

/// <summary>Spreads requests to a file server, so that there are never more than so many in a second. Thread safe.</summary>
internal sealed class RequestBudget(int perSecond, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private TimeSpan next;

    // A tenth of a second's worth may go at once: short bursts need not wait, and who has many to send waits once for several.
    private readonly int burst = Math.Max(1, perSecond / 10);

    /// <summary>Waits until more requests may be sent.</summary>
    /// <param name="most">How many are to be sent; at least 1.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many may be sent now.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public int Take(int most, CancellationToken cancellation)
    {
        var granted = Math.Min(most, burst);
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetElapsedTime(started);
            next = new[] { next, now - TimeSpan.FromSeconds(0.1) }.Max() + TimeSpan.FromSeconds((double)granted / perSecond);
            wait = next - now;
        }

        if (wait > TimeSpan.Zero)
        {
            Task.Delay(wait, time, cancellation).Wait(cancellation);
        }

        return granted;
    }
}
