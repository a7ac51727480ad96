using System.Globalization;
using NfsTools.Accounting;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Collecting;

/// <summary>Logs a line for each event: a time, what it is, and key=value pairs. Commits of a file within a second share a line.</summary>
internal sealed class LogReporter : CollectReporter
{
    private const int SecondsDecimals = 3;
    private readonly LineOutput output;
    private readonly AccountingStore store;
    private readonly CommitFold commits;
    private readonly HashSet<string> found = [];

    public LogReporter(LineOutput output, AccountingStore store)
    {
        this.output = output;
        this.store = store;
        commits = new CommitFold(c => Line("committed", ("path", c.Path), ("bytes", c.Bytes), ("records", c.Records), ("duplicates", c.Duplicates), ("rejects", c.Rejects)));
    }

    public override void Report(CollectorEvent value)
    {
        switch (value.Kind)
        {
            case CollectorEventKind.Committed:
                commits.Add(value);
                break;
            case CollectorEventKind.Found when !found.Add(value.Path):
                // Told once: a file that grows is found again at every look.
                break;
            case CollectorEventKind.Found:
                Line("found", ("path", value.Path), ("bytes", value.Bytes));
                break;
            default:
                commits.Flush();
                Line(value.Kind == CollectorEventKind.Rejected ? "rejected" : "waiting", ("path", value.Path), ("message", value.Message));
                break;
        }
    }

    public override void End(CollectorSummary summary)
    {
        commits.Flush();
        var totals = StoreTotals.Of(store);
        Line(
            "summary", ("bytes", summary.Bytes), ("records", summary.Records), ("duplicates", summary.Duplicates), ("rejects", summary.Rejects),
            ("elapsedSeconds", Math.Round(summary.Elapsed.TotalSeconds, SecondsDecimals)), ("store", store.Name), ("jobs", totals.Jobs), ("done", totals.Done),
            ("exited", totals.Exited), ("cpuHours", Math.Round(totals.CpuHours, SecondsDecimals)), ("firstDay", totals.FirstDay ?? ""), ("lastDay", totals.LastDay ?? ""));
        output.ThrowIfFailed();
    }

    public override void Dispose()
    {
        commits.Dispose();
        base.Dispose();
    }

    private void Line(string what, params (string Key, FieldValue Value)[] pairs) => output.Write(writer =>
    {
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{Figures.Time(DateTimeOffset.UtcNow)} {what}"));
        foreach (var (key, value) in pairs)
        {
            writer.Write($" {key}={SafeText.Value(value.ToString())}");
        }

        writer.WriteLine();
    });
}
