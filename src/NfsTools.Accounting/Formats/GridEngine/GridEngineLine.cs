using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>A line of Grid Engine's accounting file (accounting(5)), every field as it is written. A field that the line does not have is null.</summary>
public sealed partial class GridEngineLine
{
    // A larger number comes from memory that nobody set; sums of it would leave the range of numbers.
    private const double BeyondAnyJob = 1e18;

    private const int MillisecondsPerSecond = 1000;

    // Univa and Altair write it into command lines in place of a colon.
    private const byte ForColon = 0xff;

    // Of a record that nobody reads any more.
    [ThreadStatic]
    private static int[]? spare;

    private readonly ReadOnlyMemory<byte> bytes;
    private readonly int[] ends;
    private readonly int count;

    // Nearly all lines are: then no text in them needs a look of its own.
    private readonly bool ascii;

    private GridEngineLine(ReadOnlyMemory<byte> bytes, int[] ends, int count) =>
        (this.bytes, this.ends, this.count, ascii) = (bytes, ends, count, System.Text.Ascii.IsValid(bytes.Span));

    /// <summary>A hash that tells copies of a record from other records, whatever ends its line.</summary>
    internal long Hash => (long)XxHash3.HashToUInt64(bytes.Span);

    /// <summary>Reads a record.</summary>
    /// <param name="frame">It, with its newline or without.</param>
    /// <param name="line">What is read; null where there is a reason.</param>
    /// <returns>Why it is none; null where it is one.</returns>
    internal static string? Read(ReadOnlyMemory<byte> frame, out GridEngineLine? line)
    {
        var bytes = frame[..frame.Span.TrimEnd("\r\n"u8).Length];
        var ends = spare ?? new int[GridEngineShape.Known];
        spare = null;
        var reason = GridEngineLayout.Find(bytes.Span, ends, out var count);
        line = reason is null ? new GridEngineLine(bytes, ends, count) : null;
        spare = reason is null ? null : ends;
        return reason;
    }

    /// <summary>Nobody reads it any more.</summary>
    internal void LetGo() => spare = ends;

    /// <summary>Digits as a number; the largest one where they do not fit.</summary>
    internal static long ToWhole(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits, out long value, out _) ? value : long.MaxValue;

    /// <summary>A field as it stands there; empty where there is none.</summary>
    internal ReadOnlySpan<byte> Raw(GridEngineField field)
    {
        var at = (int)field;
        return at >= count ? [] : bytes.Span[(at == 0 ? 0 : ends[at - 1] + 1)..ends[at]];
    }

    /// <summary>A field in UTF-8; empty for NONE, none and UNKNOWN, which the scheduler writes for nothing.</summary>
    internal ReadOnlySpan<byte> Utf8(GridEngineField field)
    {
        var raw = Raw(field);
        return raw.SequenceEqual("NONE"u8) || raw.SequenceEqual("none"u8) || raw.SequenceEqual("UNKNOWN"u8) ? [] : ascii ? raw : LogText.ToUtf8(Plain(field, raw));
    }

    /// <summary>A whole number; null where there is none.</summary>
    internal long? Whole(GridEngineField field) => Utf8Parser.TryParse(Raw(field), out long value, out _) ? value : null;

    /// <summary>A number; null where there is none, or it can be none of a job.</summary>
    internal double? Number(GridEngineField field) => Utf8Parser.TryParse(Raw(field), out double value, out _) && Math.Abs(value) < BeyondAnyJob ? value : null;

    /// <summary>A time in seconds since 1970 UTC, the nearest one where the log has milliseconds; null for 0, which stands for never.</summary>
    /// <exception cref="InvalidDataException">It is outside 1970 to 9999.</exception>
    internal long? Seconds(GridEngineField field)
    {
        var written = Whole(field) ?? 0;
        if (written == 0)
        {
            return null;
        }

        var seconds = written >= GridEngineLayout.LeastMilliseconds ? (written + (MillisecondsPerSecond / 2)) / MillisecondsPerSecond : written;
        AccountingRecord.CheckTime(seconds, field.ToString());
        return seconds;
    }

    private static ReadOnlySpan<byte> Plain(GridEngineField field, ReadOnlySpan<byte> raw)
    {
        if (field is not (GridEngineField.SubmitCmd or GridEngineField.Cwd) || !raw.Contains(ForColon))
        {
            return raw;
        }

        var plain = raw.ToArray();
        plain.AsSpan().Replace(ForColon, (byte)':');
        return plain;
    }

    private string? Text(GridEngineField field) => (int)field < count ? LogText.Decode(Plain(field, Raw(field))) : null;

    private DateTimeOffset? Time(GridEngineField field) => Seconds(field) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
