using NfsTools.Accounting.Collecting;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Collecting;

/// <summary>One event of the log.</summary>
/// <param name="Level">How much it asks for.</param>
/// <param name="Name">What happened, in a word.</param>
/// <param name="Fields">What there is to say about it.</param>
internal sealed record LogEvent(LogLevel Level, string Name, params IReadOnlyList<(string Name, FieldValue Value)> Fields)
{
    private const int SecondsDecimals = 3;

    public DateTimeOffset Time { get; } = DateTimeOffset.UtcNow;

    /// <summary>The event in words, for a person.</summary>
    public string Sentence => string.Join(' ', Fields.Select(f => f.Value.ToString()));

    /// <summary>What a collector told.</summary>
    public static LogEvent Of(CollectorEvent told) => told.Kind switch
    {
        CollectorEventKind.Found => new(LogLevel.Info, "found", ("path", told.Path), ("bytes", told.Bytes), ("format", told.Source!.FormatNote)),
        CollectorEventKind.Committed => new(
            LogLevel.Info, "committed", ("path", told.Path), ("bytes", told.Bytes), ("records", told.Records), ("duplicates", told.Duplicates), ("rejects", told.Rejects)),
        CollectorEventKind.Rejected => new(LogLevel.Warning, "rejected", ("path", told.Path), ("message", told.Message)),
        CollectorEventKind.Missing => new(LogLevel.Warning, "missing", ("path", told.Path), ("message", told.Message)),
        CollectorEventKind.Unread => new(LogLevel.Warning, "unread", ("path", told.Path), ("message", told.Message)),
        CollectorEventKind.Active => new(LogLevel.Info, "active", ("store", told.Path), ("message", told.Message)),
        CollectorEventKind.Standby => new(LogLevel.Info, "standby", ("store", told.Path), ("message", told.Message)),
        _ => new(LogLevel.Warning, "waiting", ("path", told.Path), ("message", told.Message)),
    };

    /// <summary>A collector's end, with more to say about it.</summary>
    public static LogEvent Of(CollectorSummary summary, params IReadOnlyList<(string Name, FieldValue Value)> more) => new(LogLevel.Info, "summary", [.. Sums(summary), .. more]);

    private static (string Name, FieldValue Value)[] Sums(CollectorSummary summary) =>
    [
        ("bytes", summary.Bytes), ("records", summary.Records), ("duplicates", summary.Duplicates), ("rejects", summary.Rejects),
        ("elapsedSeconds", Math.Round(summary.Elapsed.TotalSeconds, SecondsDecimals)),
    ];
}
