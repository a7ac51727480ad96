using NfsTools.Accounting;

namespace NfsTools.Cli.Collecting;

/// <summary>Tells nothing.</summary>
internal sealed class QuietReporter : CollectReporter
{
    public override void Report(CollectorEvent value)
    {
    }

    public override void End(CollectorSummary summary)
    {
    }
}
