using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// What <c>sacct --parsable2</c> or <c>--parsable</c> prints (sacct(1)): one row a line, fields apart by <c>|</c>, nothing escaped. A row
/// that begins with a job's id goes on behind a newline in a text of it until its state has come, or another row begins; what is too
/// much is given back once the columns are known. So no row can swallow another one.
/// </summary>
internal sealed class SlurmFormat : IAccountingFormat
{
    private const byte Newline = (byte)'\n';

    private const int XdmodColumns = 26;

    /// <summary>What the fields' places of a record stood in that nobody reads any more.</summary>
    [ThreadStatic]
    internal static int[]? Spare;

    [ThreadStatic]
    private static int[]? other;

    public string Name => "slurm";

    public bool HasParts => true;

    public int Version => 1;

    public ILogLayout Layout => LogLayouts.Numbered;

    public ILogIdentity Identity { get; } = new FirstLine(SlurmHead.IsHeader);

    public IJsonTypeInfoResolver Json => SlurmJson.Default;

    public LocalTimes LocalTimes => LocalTimes.All;

    public int HeadBytes => 64 << 10;

    // Clusters are in the rows, and in no path that Slurm names.
    public string? ClusterOf(string path) => null;

    public bool Knows(ReadOnlySpan<byte> data) => AnyLine.Is(data, static (line, isWhole) => line.TrimStart((byte)0) is { IsEmpty: false } text
        && (SlurmHead.IsHeader(text) || (!isWhole && SlurmHead.MayBeHeader(text)) || (SlurmHead.Begins(text, isWhole) && (!isWhole || SlurmHead.Ends(text)))));

    public Frame Frame(ReadOnlySpan<byte> data, bool final) => SlurmFrames.Next<SlurmHead>(data, final);

    public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings)
    {
        for (var newline = head.IndexOf(Newline); newline >= 0; newline = head.IndexOf(Newline))
        {
            var line = head[..newline].Trim(" \t\r"u8);
            if (SlurmHead.IsHeader(line))
            {
                return SlurmContext.Of(line, settings);
            }

            if (!line.IsEmpty)
            {
                break;
            }

            head = head[(newline + 1)..];
        }

        return new SlurmHeadless(settings);
    }

    public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context)
    {
        var columns = context as SlurmContext;
        var places = Places(columns?.Names.Length ?? XdmodColumns);
        var reason = columns is not null ? SlurmSplitter.Split(frame.Span, columns, places) : Headless((SlurmHeadless)context, frame.Span, places, out columns);
        if (reason is null)
        {
            return new ParseResult(SlurmRecords.OfRow(new SlurmRow(frame, places, columns!)), null);
        }

        // The lines behind the first one are looked at by themselves, since one may be a row; so is the first.
        var first = frame.Span.IndexOf(Newline) + 1;
        return first > 0 && first < frame.Length ? Parse(frame[..first], context) with { Length = first } : new ParseResult(null, reason);
    }

    /// <summary>Room for the places of so many fields: that of a record that nobody reads any more, where there is some.</summary>
    internal static int[] Places(int columns)
    {
        var places = Spare is { } spare && spare.Length >= 2 * columns ? spare : new int[2 * Math.Max(XdmodColumns, columns)];
        Spare = null;
        return places;
    }

    private static string? Headless(SlurmHeadless layouts, ReadOnlySpan<byte> row, int[] places, out SlurmContext columns)
    {
        other ??= new int[2 * XdmodColumns];
        var (asXdmod, asApel) = (SlurmSplitter.Split(row, layouts.Xdmod, places), SlurmSplitter.Split(row, layouts.Apel, other));
        columns = asXdmod is null ? layouts.Xdmod : layouts.Apel;
        if (asXdmod is not null)
        {
            other.CopyTo(places, 0);
        }

        return asXdmod is null && asApel is null ? "it can be read as a row of 26 columns and as one of 15; let sacct write a header"
            : asXdmod is null || asApel is null ? null
            : row.Count(SlurmHead.Separator) >= XdmodColumns - 1 ? asXdmod : asApel;
    }
}
