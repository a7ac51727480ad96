using NfsTools.Accounting;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NfsTools.Cli.Collecting;

/// <summary>Shows a person how far a collector has come, what it could not read, and in the end what the store holds.</summary>
internal sealed class TerminalReporter(AccountingStore store, bool once) : CollectReporter
{
    private const int RejectsShown = 10;
    private static readonly TimeSpan LeastElapsed = TimeSpan.FromMilliseconds(1);
    private readonly CollectProgress progress = new();
    private int rejectsTold;

    public override CollectorSummary Watch(Func<CollectorSummary> collect) =>
        AnsiConsole.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new SpinnerColumn { CompletedText = " " }, new BarColumn(this), new FiguresColumn(this))
            .Start(context =>
            {
                context.AddTask("collect");
                return collect();
            });

    public override void Report(CollectorEvent value)
    {
        progress.Add(value);
        switch (value.Kind)
        {
            case CollectorEventKind.Rejected when rejectsTold < RejectsShown:
                rejectsTold++;
                Say("red", value.Message);
                break;
            case CollectorEventKind.Rejected when rejectsTold == RejectsShown:
                rejectsTold++;
                Say("red", $"Further rejects are counted only; \"nfstools status --rejects --store {store.Path}\" lists them.");
                break;
            case CollectorEventKind.Waiting:
                Say("yellow", $"{value.Path}: {value.Message}");
                break;
        }
    }

    public override void End(CollectorSummary summary)
    {
        var totals = StoreTotals.Of(store);
        var elapsed = summary.Elapsed > LeastElapsed ? summary.Elapsed : LeastElapsed;
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        void Row(string name, string value, string style = "default") => table.AddRow(name, $"[{style}]{SafeText.Markup(value)}[/]");
        Row("Read", $"{Figures.Bytes(summary.Bytes)} in {Figures.Decimals(elapsed.TotalSeconds, 2)} s");
        Row("New records", $"{Figures.Grouped(summary.Records)} ({Figures.Grouped((summary.Records + summary.Duplicates) / elapsed.TotalSeconds)} records/s)", "bold");
        Row("Seen before", Figures.Grouped(summary.Duplicates));
        Row("Rejects", Figures.Grouped(summary.Rejects), summary.Rejects > 0 ? "red" : "default");
        table.AddEmptyRow();
        Row("Store", store.Path);
        Row("Jobs", $"{Figures.Grouped(totals.Jobs)}: {Figures.Grouped(totals.Done)} done, {Figures.Grouped(totals.Exited)} exited", "bold");
        Row("Ended", totals.FirstDay is null ? "-" : $"{totals.FirstDay} to {totals.LastDay}");
        Row("CPU time", $"{Figures.Decimals(totals.CpuHours, 1)} hours");
        AnsiConsole.Write(table);
        if (summary.Rejects > 0)
        {
            Say("default", $"\"nfstools status --rejects --store {store.Path}\" lists what could not be read.");
        }
    }

    private static void Say(string style, string text) => AnsiConsole.MarkupLine($"[{style}]{SafeText.Markup(text)}[/]");

    private string Describe()
    {
        var text = "";
        progress.Read(p =>
        {
            var rejects = p.Rejects > 0 ? $"  [red]{Figures.Grouped(p.Rejects)} rejects[/]" : "  0 rejects";
            var state = once || p.Bytes < p.Found
                ? $"{Figures.Bytes(p.Bytes)} of {Figures.Bytes(p.Found)}  {Figures.Grouped(p.RecordsPerSecond)} records/s"
                : $"up to date  {Figures.Grouped(p.Records)} records{(p.LastCommit is { } at ? $"  last at {Figures.Time(at)}" : "")}";
            text = state + rejects + (once ? "" : "  [dim]Ctrl+C ends it[/]");
        });
        return text;
    }

    /// <summary>Bytes committed of bytes found.</summary>
    private sealed class BarColumn(TerminalReporter reporter) : ProgressColumn
    {
        private readonly ProgressBarColumn bar = new() { Width = 24 };

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            reporter.progress.Read(p =>
            {
                task.MaxValue = Math.Max(1, p.Found);
                // A task that is complete would end the spinner: there may be more to come.
                task.Value = Math.Min(p.Bytes, task.MaxValue - 1);
            });
            return bar.Render(options, task, deltaTime);
        }
    }

    private sealed class FiguresColumn(TerminalReporter reporter) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Markup(reporter.Describe()).Ellipsis();
    }
}
