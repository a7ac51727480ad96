using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>
/// lsb.acct (lsb.acct(5)): one record a line, fields apart by blanks, texts in double quotes with inner quotes doubled.
/// A newline inside quotes belongs to the record, whatever the next line looks like: users choose what texts say. Only where the
/// fields do not fit the grammar does another record's beginning end it, so that damage never swallows its neighbour.
/// </summary>
internal sealed class LsfFormat : IAccountingFormat
{
    private const string LogDirectory = "logdir";
    private const byte Newline = (byte)'\n';
    private const byte Quote = (byte)'"';

    // Mail programs break lines of about 990 characters with "!\n "; copies of logs that went by mail carry these folds.
    private const int ShortestFold = 900;

    // Only bytes that nobody's batch system wrote hold more beginnings of records that come to nothing.
    private const int MostTries = 16;

    public string Name => "lsf";

    public int Version => 3;

    public ILogLayout Layout => LogLayouts.Numbered;

    public ILogIdentity Identity => FirstLine.Any;

    public IJsonTypeInfoResolver Json => LsfJson.Default;

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    private static ReadOnlySpan<byte> Fold => "!\n "u8;

    public bool Knows(ReadOnlySpan<byte> data) => AnyLine.Is(data, static (line, isWhole) => LsfHead.IsLike(line.TrimStart("\0 \t\r"u8), isWhole));

    public Frame Frame(ReadOnlySpan<byte> data, bool final)
    {
        var newline = data.IndexOf(Newline) + 1;
        var line = newline == 0 && final ? data.Length : newline;
        if (line > 0 && data[..line].TrimStart(Blanks) is var content && (content.IsEmpty || content[0] == (byte)'#'))
        {
            return new Frame(line <= RecordReader.MaxUnitBytes ? UnitKind.Filler : UnitKind.Reject, Math.Min(line, RecordReader.MaxUnitBytes));
        }

        var seen = data[..Math.Min(data.Length, RecordReader.MaxUnitBytes)];
        var end = EndOf(seen, final && seen.Length == data.Length);
        if (end > 0)
        {
            return new Frame(UnitKind.Record, end);
        }

        var next = LsfHead.Find(seen, Start(seen));
        if (next > 0 && (data.Length > seen.Length || IsOver(seen, next)))
        {
            return new Frame(UnitKind.Record, next, IsCut: true);
        }

        return data.Length > seen.Length ? new Frame(UnitKind.Reject, seen.Length) : default;
    }

    // LSB_SHAREDIR/cluster/logdir/lsb.acct
    public string? ClusterOf(string path) => path.Split('/') is [.., { Length: > 0 } cluster, LogDirectory, _] ? cluster : null;

    // Each record says everything itself, in seconds since 1970.
    public int HeadBytes => 0;

    public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings) => LogContext.None;

    public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context)
    {
        var reading = Read(frame);
        if (Unfolded(frame, reading) is { } unfolded)
        {
            return new ParseResult(unfolded, null);
        }

        // Where the fields do not fit, or some are not known, two readings are possible: one record, or one and another that begins
        // inside. The other's beginning is enough where nothing is lost by it; a record is given up only for a whole one.
        var next = !reading.IsWhole ? LsfHead.Find(frame.Span, Start(frame.Span)) : reading.HasExtras ? FindWhole(frame.Span, Start(frame.Span)) : 0;
        if (next == 0)
        {
            return new ParseResult(reading.Record, reading.Reason);
        }

        // What is before the other one is read as it would be alone.
        var first = Read(frame[..next]);
        return Unfolded(frame[..next], first) is { } alone ? new ParseResult(alone, null, next) : new ParseResult(first.Record, first.Reason, next);
    }

    // The record that bytes are without the folds of a mail program, where they have some and are none or seem to be of a mail.
    private static AccountingRecord? Unfolded(ReadOnlyMemory<byte> frame, LsfReading reading) =>
        frame.Span.IndexOf(Fold) is var fold && fold >= 0 && (reading.Record is null || fold >= ShortestFold) ? Read(Unfold(frame.Span)).Record : null;

    /// <summary>Where a record ends by its quotes: behind the first newline outside of them. 0: not in the data.</summary>
    private static int EndOf(ReadOnlySpan<byte> data, bool final)
    {
        var first = data[Start(data)..];
        var quotes = LsfHead.TypeLength(first) > 0 && !first.StartsWith(Quote) ? 1 : 0;
        for (var end = 0; ;)
        {
            var next = data[end..].IndexOf(Newline) + 1;
            if (next == 0)
            {
                return final ? data.Length : 0;
            }

            quotes += data.Slice(end, next).Count(Quote);
            end += next;
            if (int.IsOddInteger(quotes))
            {
                continue;
            }

            if (end < 2 || data[end - 2] != Fold[0])
            {
                return end;
            }

            if (end == data.Length)
            {
                return final ? end : 0;
            }

            if (data[end] != Fold[2])
            {
                return end;
            }
        }
    }

    // Whether a record whose end is not there yet is damaged beyond doubt, or another one that follows is whole.
    private static bool IsOver(ReadOnlySpan<byte> data, int next) =>
        Read(data.ToArray()) is { IsWhole: false, MetEnd: false } || FindWhole(data, next - 1) > 0;

    private static int FindWhole(ReadOnlySpan<byte> data, int behind)
    {
        var tries = 0;
        for (var head = LsfHead.Find(data, behind); head > 0 && tries < MostTries; head = LsfHead.Find(data, head), tries++)
        {
            var end = EndOf(data[head..], final: false);
            if (end > 0 && Read(data.Slice(head, end).ToArray()).IsWhole)
            {
                return head;
            }
        }

        return 0;
    }

    /// <summary>Reads bytes as one record.</summary>
    private static LsfReading Read(ReadOnlyMemory<byte> frame)
    {
        var bytes = frame.Span;
        var start = Start(bytes);
        var type = LsfHead.TypeLength(bytes[start..]);
        if (type == 0)
        {
            return new LsfReading(null, "the line does not begin with a known record type");
        }

        var record = new LsfRecord(frame);
        var cursor = new LsfCursor(bytes, start + type);
        if (!cursor.TryText(out var version) && !cursor.TryInteger(out version, out _))
        {
            return new LsfReading(null, "field 2 (version): expected a text in double quotes", MetEnd: cursor.MetEnd);
        }

        var name = bytes[start..].TrimStart(Quote);
        return name.StartsWith(LsfHead.JobFinish) ? LsfJobFinish.Parse(record, version, cursor.Position)
            : name.StartsWith(LsfHead.ReservationFinish) ? LsfReservationFinish.Parse(record, version, cursor.Position)
            : LsfJobResize.Parse(record, version, cursor.Position);
    }

    // Where the line begins, blanks before it left out.
    private static int Start(ReadOnlySpan<byte> bytes) => Math.Max(0, bytes.IndexOfAnyExcept(Blanks));

    private static byte[] Unfold(ReadOnlySpan<byte> folded)
    {
        var plain = new List<byte>(folded.Length);
        for (var at = 0; at < folded.Length;)
        {
            var fold = folded[at..].IndexOf(Fold);
            var length = fold < 0 ? folded.Length - at : fold;
            plain.AddRange(folded.Slice(at, length));
            at += length + (fold < 0 ? 0 : Fold.Length);
        }

        return [.. plain];
    }
}
