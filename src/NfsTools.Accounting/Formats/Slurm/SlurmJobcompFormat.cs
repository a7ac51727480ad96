using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// What Slurm's plugin jobcomp/filetxt writes: a line of keys and values for each job that ends, nothing escaped, times as the
/// controller's clock showed them.
/// </summary>
internal sealed class SlurmJobcompFormat : IAccountingFormat
{
    // Before 24.05 a line was cut there, and had no newline then (jobcomp_filetxt.c, job_rec).
    private const int LongestBefore2405 = 1023;

    public string Name => "slurm-jobcomp";

    public int Version => 1;

    public ILogLayout Layout => LogLayouts.Numbered;

    public ILogIdentity Identity => FirstLine.Any;

    public IJsonTypeInfoResolver Json => SlurmJson.Default;

    public LocalTimes LocalTimes => LocalTimes.All;

    public int HeadBytes => 0;

    // Clusters are in the lines, and in no path that Slurm names.
    public string? ClusterOf(string path) => null;

    public bool Knows(ReadOnlySpan<byte> data) =>
        AnyLine.Is(data, static (line, isWhole) => line.TrimStart((byte)0) is { IsEmpty: false } text && SlurmJobcompLine.Begins(text, isWhole));

    public Frame Frame(ReadOnlySpan<byte> data, bool final)
    {
        var frame = SlurmFrames.Next<SlurmJobcompLine>(data, final);
        if (frame.Kind != UnitKind.Record)
        {
            return frame;
        }

        // A line that was cut goes on with the next one. Where users write, no other place tells it from a name that looks so.
        var record = data[..frame.Length];
        var cut = !SlurmJobcompLine.Begins(record, isWhole: true) ? SlurmJobcompLine.FindBegin(record, 1)
            : record.Length > LongestBefore2405 && SlurmJobcompLine.HasHead(record[LongestBefore2405..]) ? LongestBefore2405 : -1;
        return cut > 0 ? new Frame(UnitKind.Record, cut, IsCut: true) : frame;
    }

    public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings) => new SlurmContext(default, settings, SlurmJobcompSplitter.Names);

    public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context)
    {
        var columns = (SlurmContext)context;
        var places = SlurmFormat.Places(columns.Names.Length);
        var line = frame.Span;
        var reason = SlurmJobcompLine.FindBegin(line, 1) > 0
            ? "another record begins in it: it was cut, or a text of a user was made to look so"
            : SlurmJobcompSplitter.Split(line, columns, places);
        if (reason is null)
        {
            return new ParseResult(SlurmRecords.OfEnd(new SlurmRow(frame, places, columns)), null);
        }

        // The lines behind the first one are looked at by themselves, since one may be a record.
        var first = line.IndexOf((byte)'\n') + 1;
        return first > 0 && first < frame.Length ? Parse(frame[..first], context) with { Length = first } : new ParseResult(null, reason);
    }
}
