using NfsTools.Accounting.Collecting;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Collecting;

/// <summary>Tells nothing but errors.</summary>
internal class QuietReporter : CollectReporter
{
    public override void Report(CollectorEvent value)
    {
    }

    public override void Tell(LogEvent told)
    {
        if (told.Level == LogLevel.Error)
        {
            ErrorOutput.Line($"nfstools: {told.Sentence}");
        }
    }

    public override void End(CollectorSummary summary)
    {
    }
}
