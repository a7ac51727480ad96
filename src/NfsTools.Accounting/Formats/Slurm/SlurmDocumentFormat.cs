using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// JSON of Slurm's: the documents of <c>sacct --json</c>, and what jobcomp/elasticsearch and jobcomp/kafka send, one object a line. No time
/// in it is a local one.
/// </summary>
internal sealed class SlurmDocumentFormat : IAccountingFormat
{
    public string Name => "slurm-json";

    public int Version => 1;

    public IReadOnlyList<string> AlsoMeantBy { get; } = ["slurm", "slurm-jobcomp"];

    public ILogLayout Layout => LogLayouts.Numbered;

    public ILogIdentity Identity { get; } = new SlurmDocumentIdentity();

    public IJsonTypeInfoResolver Json => SlurmJson.Default;

    public int HeadBytes => 0;

    // Clusters are in the jobs, and in no path that Slurm names.
    public string? ClusterOf(string path) => null;

    public bool Knows(ReadOnlySpan<byte> data) => AnyLine.Is(data, static (line, isWhole) =>
        line.TrimStart("\0 \t\r"u8) is var text && (SlurmDocumentLine.IsKnown(text) || (!isWhole && SlurmDocumentLine.MayBeKnown(text))));

    public string? ErrorIn(ReadOnlySpan<byte> answer) => SlurmDocumentErrors.First(answer);

    public Frame Frame(ReadOnlySpan<byte> data, bool final) => SlurmDocumentFrames.Next(data, final);

    public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings) => new SlurmContext(default, settings, SlurmDocumentKey.Columns);

    public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context)
    {
        var json = frame.Trim(" \t\r\n,"u8);
        if (json.IsEmpty || json.Span[0] != '{')
        {
            return new ParseResult(null, "no job in JSON");
        }

        try
        {
            var isJobcomp = SlurmDocumentLine.IsJobcomp(json.Span);
            var row = SlurmDocumentJob.Read(json.Span, isJobcomp, out var reason);
            return reason is not null ? new ParseResult(null, reason)
                : Read(new SlurmRow(row.ToArray(), row.Places, (SlurmContext)context, json), isJobcomp);
        }
        catch (JsonException e)
        {
            return new ParseResult(null, $"no JSON: {e.Message}");
        }
    }

    private static ParseResult Read(SlurmRow row, bool isJobcomp) => new(isJobcomp ? SlurmRecords.OfEnd(row) : SlurmRecords.OfRow(row), null);
}
