namespace NfsTools;

/// <summary>Runs out once after a time, which may be longer than a timer of .NET reaches (49.7 days).</summary>
internal sealed class Countdown : IDisposable
{
    private readonly Action over;
    private readonly ITimer timer;
    private TimeSpan left;

    /// <summary>Makes one that does not run yet.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="over">Is called, on a thread of the pool, when the time is over.</param>
    public Countdown(TimeProvider clock, Action over)
    {
        this.over = over;
        timer = clock.CreateTimer(_ => Step(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts it.</summary>
    /// <param name="time">How long it runs; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    public void Start(TimeSpan time)
    {
        if (time >= TimeSpan.Zero)
        {
            left = time;
            Next();
        }
    }

    public void Dispose() => timer.Dispose();

    private void Step()
    {
        if (left > TimeSpan.Zero)
        {
            Next();
        }
        else
        {
            over();
        }
    }

    private void Next()
    {
        var next = left < LongWait.Longest ? left : LongWait.Longest;
        left -= next;
        timer.Change(next, Timeout.InfiniteTimeSpan);
    }
}
