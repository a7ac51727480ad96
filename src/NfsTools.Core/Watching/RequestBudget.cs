namespace NfsTools.Watching;

/// <summary>Spreads requests to a file server, so that there are never more than so many in a second. Thread safe.</summary>
internal sealed class RequestBudget(int perSecond, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private TimeSpan next;

    /// <summary>Waits until another request may be sent.</summary>
    public void Take(CancellationToken cancellation)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetElapsedTime(started);

            // A tenth of a second's worth may go at once: short bursts need not wait.
            next = new[] { next, now - TimeSpan.FromSeconds(0.1) }.Max() + TimeSpan.FromSeconds(1.0 / perSecond);
            wait = next - now;
        }

        if (wait > TimeSpan.Zero)
        {
            Task.Delay(wait, time, cancellation).Wait(cancellation);
        }
    }
}
