namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>
/// lsb.acct (lsb.acct(5)): one record a line, fields apart by blanks, texts in double quotes with inner quotes doubled.
/// A newline inside quotes belongs to the record. A record whose quotes do not close ends where a line begins with a known
/// record type, so that damage never swallows its neighbour.
/// </summary>
internal sealed class LsfFormat : IRecordFormat
{
    private const byte Newline = (byte)'\n';
    private const byte Quote = (byte)'"';

    // Mail programs break lines of about 990 characters with "!\n "; copies of logs that went by mail carry these folds.
    private const int ShortestFold = 900;

    private static readonly byte[][] Types = [.. new[] { LsfJobFinish.Type, LsfReservationFinish.Type, LsfJobResize.Type }.Select(System.Text.Encoding.ASCII.GetBytes)];

    private static readonly int LongestType = Types.Max(t => t.Length);

    public string Name => "lsf";

    public int Version => 1;

    public int MaxRecordBytes => 1 << 20;

    private static ReadOnlySpan<byte> Fold => "!\n "u8;

    public Frame Frame(ReadOnlySpan<byte> data, bool final)
    {
        var line = data.IndexOf(Newline) + 1;
        if (line == 0)
        {
            return final || data.Length > MaxRecordBytes ? new Frame(UnitKind.Record, data.Length) : default;
        }

        var content = data[..line].TrimStart(" \t\r\n"u8);
        if (content.IsEmpty || content[0] == (byte)'#')
        {
            return new Frame(UnitKind.Filler, line);
        }

        var quotes = content.Count(Quote) + (TypeLength(content) > 0 && content[0] != Quote ? 1 : 0);
        for (var end = line; ;)
        {
            var rest = data[end..];
            var open = int.IsOddInteger(quotes);
            var folded = data[end - 2] == Fold[0];
            if (!open && !folded)
            {
                return new Frame(UnitKind.Record, end);
            }

            if (rest.Length < LongestType + 2 && !final)
            {
                return default;
            }

            if (rest.IsEmpty || TypeLength(rest) > 0 || (!open && rest[0] != Fold[2]))
            {
                return new Frame(UnitKind.Record, end);
            }

            var next = rest.IndexOf(Newline) + 1;
            if (end + next > MaxRecordBytes || (next == 0 && rest.Length > MaxRecordBytes))
            {
                return new Frame(UnitKind.Record, line);
            }

            if (next == 0 && !final)
            {
                return default;
            }

            next = next == 0 ? rest.Length : next;
            quotes += rest[..next].Count(Quote);
            end += next;
        }
    }

    public ParseResult Parse(ReadOnlyMemory<byte> frame)
    {
        var result = ParseOne(frame);
        if (frame.Span.IndexOf(Fold) is var fold && fold >= 0 && (result.Record is null || fold >= ShortestFold))
        {
            var unfolded = ParseOne(Unfold(frame.Span));
            result = unfolded.Record is null ? result : unfolded;
        }

        return result;
    }

    private static ParseResult ParseOne(ReadOnlyMemory<byte> frame)
    {
        var bytes = frame.Span;
        var start = bytes.IndexOfAnyExcept(" \t\r\n"u8);
        var type = start < 0 ? 0 : TypeLength(bytes[start..]);
        if (type == 0)
        {
            return new ParseResult(null, "the line does not begin with a known record type", SecondRecord(bytes, 1));
        }

        var record = new LsfRecord(frame);
        var cursor = new LsfCursor(bytes, start + type);
        AccountingRecord? parsed = null;
        var extras = bytes.Length;
        string? reason;
        if (!cursor.TryText(out var version) && !cursor.TryInteger(out version, out _))
        {
            reason = "field 2 (version): expected a text in double quotes";
        }
        else if (bytes[start..].TrimStart(Quote).StartsWith(Types[0]))
        {
            (parsed, reason, extras) = LsfJobFinish.Parse(record, version, cursor.Position);
        }
        else
        {
            (parsed, reason) = bytes[start..].TrimStart(Quote).StartsWith(Types[1])
                ? LsfReservationFinish.Parse(record, version, cursor.Position)
                : LsfJobResize.Parse(record, version, cursor.Position);
        }

        // A writer that died inside a record leaves the next one behind it on the same line.
        var next = parsed is null || extras < bytes.Length ? SecondRecord(bytes, start + type) : 0;
        return next > 0
            ? new ParseResult(null, $"another record begins at byte {next} of the line: this one was not finished", next)
            : new ParseResult(parsed, reason);
    }

    /// <summary>The length of the record type that the line begins with, quotes included; the opening one may be missing. 0: none.</summary>
    private static int TypeLength(ReadOnlySpan<byte> line)
    {
        var quote = line.Length > 0 && line[0] == Quote ? 1 : 0;
        foreach (var type in Types)
        {
            if (line[quote..].StartsWith(type) && line.Length > quote + type.Length && line[quote + type.Length] == Quote)
            {
                return quote + type.Length + 1;
            }
        }

        return 0;
    }

    private static int SecondRecord(ReadOnlySpan<byte> bytes, int from) =>
        bytes[from..].IndexOf("\"JOB_FINISH\" \""u8) is var at && at >= 0 ? from + at : 0;

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
