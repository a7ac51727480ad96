using NfsTools.Accounting;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Collecting;

/// <summary>Writes JSON: one object at the end, or one a line for each event.</summary>
/// <param name="output">Where to.</param>
/// <param name="summaryOnly">Nothing before the end.</param>
/// <param name="once">What is at the end is all there is, so that it need not say what it is.</param>
internal sealed class JsonReporter(LineOutput output, bool summaryOnly, bool once) : CollectReporter
{
    private const int SecondsDecimals = 3;
    private readonly HashSet<string> found = [];

    public override void Report(CollectorEvent value)
    {
        if (summaryOnly || (value.Kind == CollectorEventKind.Found && !found.Add(value.Path)))
        {
            return;
        }

        Write(value.Kind switch
        {
            CollectorEventKind.Found => [.. Begin("found"), ("path", value.Path), ("bytes", value.Bytes)],
            CollectorEventKind.Committed =>
            [
                .. Begin("committed"), ("path", value.Path), ("bytes", value.Bytes), ("records", value.Records), ("duplicates", value.Duplicates),
                ("rejects", value.Rejects),
            ],
            var other => [.. Begin(other == CollectorEventKind.Rejected ? "rejected" : "waiting"), ("path", value.Path), ("message", value.Message)],
        });
    }

    public override void End(CollectorSummary summary)
    {
        Write(
        [
            .. once ? [] : Begin("summary"), ("bytes", summary.Bytes), ("records", summary.Records), ("duplicates", summary.Duplicates),
            ("rejects", summary.Rejects), ("elapsedSeconds", Math.Round(summary.Elapsed.TotalSeconds, SecondsDecimals)),
        ]);
        output.ThrowIfFailed();
    }

    private static (string Name, FieldValue Value)[] Begin(string what) => [("time", DateTimeOffset.UtcNow), ("event", what)];

    private void Write((string Name, FieldValue Value)[] fields) => output.Write(writer =>
    {
        using var json = new JsonOutput(writer);
        json.Object(w =>
        {
            foreach (var (name, value) in fields)
            {
                value.Write(w, name);
            }
        });
    });
}
