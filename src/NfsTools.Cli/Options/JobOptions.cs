using System.CommandLine;
using NfsTools.Jobs;

namespace NfsTools.Cli.Options;

/// <summary>Options of the verbs that compare files with what is expected of them.</summary>
internal static class JobOptions
{
    private const int MostRetries = 1_000_000;

    public static Option<int?> Retries() => NumberOption.Whole(
        "--retries", $"How often to try again when files are not as expected; looks in between end the wait as soon as they are. Default: {StampCheck.UsualRetries}.", "N", 0, MostRetries);

    public static Option<Duration> Delay() => DurationOption.Of(
        "--delay", $"The time from one try to the next: 10, 10s, 500ms, 5m. Default: {StampCheck.UsualRetryDelay.TotalSeconds}s.");
}
