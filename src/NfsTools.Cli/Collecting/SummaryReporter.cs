using NfsTools.Accounting.Collecting;

namespace NfsTools.Cli.Collecting;

/// <summary>Tells nothing but errors before the end, and what was done then.</summary>
/// <param name="output">Where to.</param>
/// <param name="format">How.</param>
internal sealed class SummaryReporter(LineOutput output, LogFormat format) : QuietReporter
{
    public override void End(CollectorSummary summary)
    {
        output.Write(writer => format(writer, LogEvent.Of(summary)));
        output.ThrowIfFailed();
    }
}
