using NfsTools.Accounting.Collecting;
using NfsTools.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NfsTools.Cli.Collecting;

/// <summary>Shows a person how far a collector has come, what it could not read, and in the end what the store holds.</summary>
internal sealed class TerminalReporter(bool once) : CollectReporter
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
                Say("red", $"Further rejects are counted only; \"nfstools status --rejects --store {SafeText.ShellWord(Store!.Address.Text)}\" lists them.");
                break;
            case CollectorEventKind.Waiting or CollectorEventKind.Missing or CollectorEventKind.Unread or CollectorEventKind.Standby or CollectorEventKind.Active:
                Say("yellow", $"{value.Path}: {value.Message}");
                break;
        }
    }

    public override void Tell(LogEvent told) => Say(told.Level switch { LogLevel.Info => "default", LogLevel.Warning => "yellow", _ => "red" }, told.Sentence);

    public override void End(CollectorSummary summary)
    {
        var elapsed = summary.Elapsed > LeastElapsed ? summary.Elapsed : LeastElapsed;
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        void Row(string name, string value, string style = "default") => table.AddRow(name, $"[{style}]{Markup.Escape(SafeText.Clean(value))}[/]");
        Row("Read", $"{Figures.Bytes(summary.Bytes)} in {Figures.Decimals(elapsed.TotalSeconds, 2)} s");
        var rate = once ? $" ({Figures.Grouped((summary.Records + summary.Duplicates) / elapsed.TotalSeconds)} records/s)" : "";
        Row("New records", Figures.Grouped(summary.Records) + rate, "bold");
        Row("Seen before", Figures.Grouped(summary.Duplicates));
        Row("Rejects", Figures.Grouped(summary.Rejects), summary.Rejects > 0 ? "red" : "default");
        table.AddEmptyRow();
        Row("Store", Store!.Name);
        if (StoreTotals.Of(Store!) is { } totals)
        {
            Row("Jobs", $"{Figures.Grouped(totals.Jobs)}: {Figures.Grouped(totals.Done)} done, {Figures.Grouped(totals.Exited)} exited", "bold");
            Row("Ended", totals.FirstDay is null ? "-" : $"{totals.FirstDay} to {totals.LastDay}");
            Row("CPU time", $"{Figures.Grouped(totals.CpuHours, 1)} hours");
        }

        AnsiConsole.Write(table);
        if (summary.Rejects > 0)
        {
            Say("default", $"\"nfstools status --rejects --store {SafeText.ShellWord(Store!.Address.Text)}\" lists what could not be read.");
        }
    }

    private static void Say(string style, string text) => AnsiConsole.Write(new LineAboveProgress(new Markup($"[{style}]{Markup.Escape(SafeText.Clean(text))}[/]\n")));

    private string Describe() => progress.Read(p =>
    {
        var rejects = $"  [{(p.Rejects > 0 ? "red" : "default")}]{Figures.Grouped(p.Rejects)} rejected[/]";
        var state = once || p.Bytes < p.Found
            ? $"{Figures.Bytes(p.Bytes)} of {Figures.Bytes(p.Found)}  {Figures.Grouped(p.RecordsPerSecond)} records/s"
            : $"up to date  {Figures.Grouped(p.Records)} records{(p.LastCommit is { } at ? $"  last {Figures.TimeOfDay(at)}" : "")}";
        return state + rejects + (once ? "" : "  [dim]Ctrl+C ends it[/]");
    });

    /// <summary>Spectre draws the progress anew below what is written, but leaves of the old one what the text does not cover.</summary>
    private sealed class LineAboveProgress(IRenderable text) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            options.Ansi ? text.Render(options, maxWidth).Prepend(Segment.Control("\e[J")) : text.Render(options, maxWidth);
    }

    /// <summary>Bytes committed of bytes found.</summary>
    private sealed class BarColumn(TerminalReporter reporter) : ProgressColumn
    {
        private readonly ProgressBarColumn bar = new() { Width = 24 };

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var (bytes, found) = reporter.progress.Read(p => (p.Bytes, p.Found));
            task.MaxValue = Math.Max(1, found);
            // A task that is complete would end the spinner: there may be more to come.
            task.Value = Math.Min(bytes, task.MaxValue - 1);
            return bar.Render(options, task, deltaTime);
        }
    }

    private sealed class FiguresColumn(TerminalReporter reporter) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Markup(reporter.Describe()).Ellipsis();
    }
}
