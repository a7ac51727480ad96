using NfsTools.Accounting.Store;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Services;

/// <summary>
/// Looks after a collector while it works: gives the service manager signs of life as long as it gets on or waits for others,
/// and logs who has not answered for long, which no restart would change.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ServiceManager manager;
    private readonly CollectReporter reporter;
    private readonly Func<string> status;
    private readonly TimeSpan interval;
    private readonly Timer timer;
    private volatile CollectorPulse pulse = new();
    private long beats = -1;
    private string? silent;
    private string told = "";

    /// <param name="manager">Who gets the signs of life, at least twice in its interval.</param>
    /// <param name="reporter">The log.</param>
    /// <param name="status">Says in a line how the collector stands.</param>
    public Heartbeat(ServiceManager manager, CollectReporter reporter, Func<string> status)
    {
        (this.manager, this.reporter, this.status) = (manager, reporter, status);
        interval = manager.WatchdogInterval / 2 is { } half && half < LongestInterval ? half : LongestInterval;
        timer = new Timer(_ => Beat());
    }

    /// <summary>Looks after a collector from now on, and no longer after the one before.</summary>
    public CollectorPulse Watch()
    {
        (pulse, beats) = (new CollectorPulse(), -1);
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return pulse;
    }

    public void Dispose()
    {
        using var ended = new ManualResetEvent(false);

        // A log that nobody reads may hold the last look up.
        if (timer.Dispose(ended))
        {
            ended.WaitOne(LongestInterval);
        }
    }

    private void Beat()
    {
        var (watched, before) = (pulse, beats);
        beats = watched.Beats;
        if (beats != before || watched.IsWaiting)
        {
            manager.Alive();
        }

        if (status() is var line && line != told)
        {
            manager.Status(told = line);
        }

        try
        {
            timer.Change(interval, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        TellSilence(watched);
    }

    private void TellSilence(CollectorPulse watched)
    {
        var (who, elapsed) = watched.Unanswered ?? default;
        if (who is not null && who != silent && elapsed >= Patience)
        {
            silent = who;
            reporter.Tell(new LogEvent(LogLevel.Warning, "waiting", ("path", who), ("message", $"no answer for {Figures.Decimals(elapsed.TotalSeconds, 0)} s; waiting for it")));
        }
        else if (silent is not null && who != silent)
        {
            reporter.Tell(new LogEvent(LogLevel.Info, "answered", ("path", silent), ("message", "it answers again")));
            silent = null;
        }
    }
}
