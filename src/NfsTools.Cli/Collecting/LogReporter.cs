using NfsTools.Accounting;

namespace NfsTools.Cli.Collecting;

/// <summary>Writes a line for each event.</summary>
internal sealed class LogReporter : CollectReporter
{
    private const int HoursDecimals = 3;
    private readonly LineOutput output;
    private readonly LogFormat format;
    private readonly bool isLog;
    private readonly CommitFold commits;
    private readonly HashSet<string> found = [];

    /// <param name="output">Where to.</param>
    /// <param name="format">How.</param>
    /// <param name="isLog">A log for people: commits of a file within a second share a line, and the end tells of the store.</param>
    public LogReporter(LineOutput output, LogFormat format, bool isLog)
    {
        this.output = output;
        this.format = format;
        this.isLog = isLog;
        commits = new CommitFold(c => Write(LogEvent.Of(c)));
    }

    public override void Report(CollectorEvent value)
    {
        // Told once: a file that grows is found again at every look.
        if (value.Kind == CollectorEventKind.Looked || (value.Kind == CollectorEventKind.Found && !found.Add(value.Path)))
        {
            return;
        }

        if (value.Kind == CollectorEventKind.Committed && isLog)
        {
            commits.Add(value);
            return;
        }

        Tell(LogEvent.Of(value));
    }

    public override void Tell(LogEvent told)
    {
        if (told.Level > LogLevel.Info)
        {
            commits.Flush();
        }

        Write(told);
    }

    public override void End(CollectorSummary summary)
    {
        commits.Flush();
        if (isLog && StoreTotals.Of(Store!) is { } totals)
        {
            Write(LogEvent.Of(
                summary, ("store", Store!.Name), ("jobs", totals.Jobs), ("done", totals.Done), ("exited", totals.Exited),
                ("cpuHours", Math.Round(totals.CpuHours, HoursDecimals)), ("firstDay", totals.FirstDay ?? ""), ("lastDay", totals.LastDay ?? "")));
        }
        else
        {
            Write(LogEvent.Of(summary));
        }

        output.ThrowIfFailed();
    }

    public override void Dispose()
    {
        commits.Dispose();
        base.Dispose();
    }

    private void Write(LogEvent told)
    {
        if (told.Level >= LeastLevel)
        {
            output.Write(writer => format(writer, told));
        }
    }
}
