using NfsTools.Accounting.Collecting;

namespace NfsTools.Cli.Collecting;

/// <summary>Writes a line for each event.</summary>
internal sealed class LogReporter : CollectReporter
{
    private const int HoursDecimals = 3;
    private readonly LineOutput output;
    private readonly LogFormat? only;
    private readonly CommitFold commits;
    private readonly HashSet<string> found = [];
    private volatile LogFormat format;
    private volatile LogLevel leastLevel;

    /// <param name="output">Where to.</param>
    /// <param name="only">
    /// How, whatever the configuration says, with a line for each commit; null for a log, where commits of a file within a
    /// second share a line, and the end tells of the store.
    /// </param>
    public LogReporter(LineOutput output, LogFormat? only = null)
    {
        (this.output, this.only) = (output, only);
        format = only ?? LogFormats.Text;
        commits = new CommitFold(c => Write(LogEvent.Of(c)));
    }

    public override void Report(CollectorEvent value)
    {
        // Told once: a file that grows is found again at every look.
        if (value.Kind == CollectorEventKind.Looked || (value.Kind == CollectorEventKind.Found && !found.Add(value.Path)))
        {
            return;
        }

        if (value.Kind == CollectorEventKind.Committed && only is null)
        {
            commits.Add(value);
            return;
        }

        Tell(LogEvent.Of(value));
    }

    public override void Apply(CollectorConfiguration configuration)
    {
        if (only is null)
        {
            (format, leastLevel) = (LogFormats.Get(configuration.Log), (LogLevel)Math.Max(0, CollectorConfiguration.LogLevels.ToList().IndexOf(configuration.LogLevel ?? "")));
        }
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
        if (only is null && StoreTotals.Of(Store!) is { } totals)
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
        if (told.Level >= leastLevel)
        {
            output.Write(writer => format(writer, told));
        }
    }
}
