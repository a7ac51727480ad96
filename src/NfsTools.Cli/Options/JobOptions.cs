using System.CommandLine;
using NfsTools.Jobs;

namespace NfsTools.Cli.Options;

/// <summary>Options of the verbs that compare files with what is expected of them.</summary>
internal static class JobOptions
{
    public static Option<int?> Retries() => NumberOption.Whole(
        "--retries", $"{StampCheck.RetriesHelp} Default: {StampCheck.UsualRetries}.", "N", 0, StampCheck.MostRetries);

    public static Option<Duration> Delay() => DurationOption.Of(
        "--delay", $"{StampCheck.RetryDelayHelp}: 10, 10s, 500ms, 5m. Default: {StampCheck.UsualRetryDelay.TotalSeconds}s.");
}
