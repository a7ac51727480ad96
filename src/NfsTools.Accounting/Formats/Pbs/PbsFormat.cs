using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>
/// The accounting log of PBS Professional, OpenPBS and Torque (PBS Reference Guide, "Accounting log"): one record a line, whose pairs
/// <c>key=value</c> nothing escapes. A newline in the account, which a user chooses, belongs to the record; elsewhere it ends it.
/// </summary>
internal sealed class PbsFormat : IAccountingFormat
{
    private const byte Newline = (byte)'\n';

    // No account is longer; what seems to be one is a record that was cut in it.
    private const int LongestAccount = 64 << 10;

    public string Name => "pbs";

    public int Version => 1;

    public ILogLayout Layout => LogLayouts.Daily;

    public ILogIdentity Identity => FirstLine.Any;

    // Only the records' own stamps: the times of jobs are seconds since 1970.
    public LocalTimes LocalTimes => LocalTimes.Some;

    public IJsonTypeInfoResolver Json => PbsJson.Default;

    public int HeadBytes => 0;

    // PBS_HOME/server_priv/accounting names none.
    public string? ClusterOf(string path) => null;

    public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings) => new PbsContext(settings);

    public bool Knows(ReadOnlySpan<byte> data) =>
        AnyLine.Is(data, static (line, isWhole) => line.TrimStart("\0 \t\r"u8) is { IsEmpty: false } text && PbsHead.IsLike(text[PbsHead.Start(text)..], isWhole));

    public Frame Frame(ReadOnlySpan<byte> data, bool final)
    {
        var seen = data[..Math.Min(data.Length, RecordReader.MaxUnitBytes)];
        var newline = seen.IndexOf(Newline) + 1;
        if (newline == 0)
        {
            return data.Length > seen.Length ? new Frame(UnitKind.Reject, seen.Length) : final ? Of(seen) : default;
        }

        var first = newline;
        while (IsOpen(seen[..newline]))
        {
            var next = seen[newline..].IndexOf(Newline) + 1;
            if (next == 0 && !final && seen.Length == data.Length && seen.Length - first < LongestAccount)
            {
                return default;
            }

            if (next == 0 || newline + next - first > LongestAccount)
            {
                newline = first;
                break;
            }

            newline += next;
        }

        return Of(seen[..newline]);
    }

    public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context)
    {
        if (PbsHead.Read(frame.Span, out var head) is { } misfit)
        {
            return new ParseResult(null, misfit);
        }

        var line = new PbsLine(frame, head, (context as PbsContext)?.Zone);
        var next = PbsHead.Find(line.Bytes, Math.Min(head.BodyAt, line.Bytes.Length));
        while (next > 0 && line.IsInText(next))
        {
            next = PbsHead.Find(line.Bytes, next + PbsHead.StampLength);
        }

        if (next > 0)
        {
            // What is before the other one is read as it would be alone.
            var first = Parse(frame[..next], context);
            return new ParseResult(first.Record, first.Reason, next);
        }

        return PbsJob.IsOf(line) ? PbsJob.Parse(line) : new ParseResult(new PbsRecord(line), null);
    }

    private static Frame Of(ReadOnlySpan<byte> unit) => new(unit.IndexOfAnyExcept(" \t\r\n"u8) < 0 ? UnitKind.Filler : UnitKind.Record, unit.Length);

    private static bool IsOpen(ReadOnlySpan<byte> line) => PbsHead.IsLike(line[PbsHead.Start(line)..], isWhole: true) && PbsPairs.IsOpen(line);
}
