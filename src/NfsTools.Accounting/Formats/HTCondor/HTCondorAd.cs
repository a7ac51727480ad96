using System.IO.Hashing;
using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>The bytes of one ad, and where in them the values are that columns are taken from.</summary>
internal sealed class HTCondorAd
{
    // Of a record that nobody reads any more.
    [ThreadStatic]
    private static (int Start, int Length)[]? spare;

    private readonly ReadOnlyMemory<byte> bytes;
    private readonly (int Start, int Length)[] places;
    private readonly bool ascii;

    /// <param name="frame">The ad with what ends it.</param>
    public HTCondorAd(ReadOnlyMemory<byte> frame)
    {
        bytes = frame;
        ascii = Ascii.IsValid(frame.Span);
        places = spare ?? new (int, int)[HTCondorKeys.Count];
        spare = null;
        Array.Clear(places);
        var lines = new HTCondorLines(frame.Span);
        while (lines.Next())
        {
            if (lines.NameLength == 0)
            {
                EndAt = lines.At;
                if (Ending.StartsWith(HTCondorLines.BannerBegin) || HTCondorLines.IsBlank(Ending))
                {
                    return;
                }

                HasOther = true;
                continue;
            }

            var place = (lines.ValueAt, lines.ValueLength);
            if (HTCondorKeys.Find(lines.Name) is { } key)
            {
                places[(int)key] = place;
            }

            // The same in whatever order the attributes stand.
            Hash += (long)XxHash3.HashToUInt64(frame.Span.Slice(lines.At, place.ValueAt + place.ValueLength - lines.At));
            EndAt = lines.End;
        }
    }

    /// <summary>A hash of the attributes, in whatever order, which tells copies of an ad from other ads.</summary>
    public long Hash { get; }

    /// <summary>What follows the attributes: a banner, a blank line, or nothing.</summary>
    public ReadOnlySpan<byte> Ending => bytes.Span[EndAt..];

    /// <summary>Whether a line is neither an attribute nor what ends an ad.</summary>
    public bool HasOther { get; }

    /// <summary>The attributes' lines.</summary>
    public ReadOnlySpan<byte> Lines => bytes.Span[..EndAt];

    private int EndAt { get; }

    /// <summary>Whether it has an attribute.</summary>
    public bool Has(HTCondorKey key) => places[(int)key].Start > 0;

    /// <summary>A value as it stands in the log; empty for none.</summary>
    public ReadOnlySpan<byte> Raw(HTCondorKey key) => bytes.Span.Slice(places[(int)key].Start, places[(int)key].Length);

    /// <summary>A whole number; of a real one what is before its point; null for what is no such literal.</summary>
    public long? Integer(HTCondorKey key) => HTCondorLiteral.Integer(Raw(key));

    /// <summary>A whole number from 0 to what fits 32 bits; null for what is none.</summary>
    public long? Count(HTCondorKey key) => Integer(key) is >= 0 and <= int.MaxValue and var count ? count : null;

    /// <summary>A number of 0 and more; null for what is none.</summary>
    public double? Seconds(HTCondorKey key) => HTCondorLiteral.Real(Raw(key)) is >= 0 and var seconds && double.IsFinite(seconds) ? seconds : null;

    /// <summary>A time in seconds since 1970; null where it is none, or 0, which stands for never.</summary>
    public long? Time(HTCondorKey key) => Integer(key) is > 0 and <= AccountingRecord.LatestTime and var time ? time : null;

    /// <summary>Whether a time is there, and is neither one nor unknown.</summary>
    public bool IsDamaged(HTCondorKey key) =>
        Has(key) && Integer(key) is not (>= 0 and <= AccountingRecord.LatestTime) && !Ascii.EqualsIgnoreCase(Raw(key), "undefined"u8);

    /// <summary>Whether a value is true; null for what is neither true nor false.</summary>
    public bool? Flag(HTCondorKey key) =>
        Ascii.EqualsIgnoreCase(Raw(key), "true"u8) ? true : Ascii.EqualsIgnoreCase(Raw(key), "false"u8) ? false : null;

    /// <summary>The text of a string in UTF-8; empty for what is none.</summary>
    public ReadOnlySpan<byte> Utf8(HTCondorKey key) => ToUtf8(HTCondorLiteral.TextOf(Raw(key)));

    /// <summary>A value as it stands in the log, in UTF-8; empty for none.</summary>
    public ReadOnlySpan<byte> Expression(HTCondorKey key) => ToUtf8(Raw(key));

    /// <summary>All attributes; of one that comes again, the last.</summary>
    public Dictionary<string, object?> Attributes()
    {
        var attributes = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        var lines = new HTCondorLines(Lines);
        while (lines.Next())
        {
            attributes[LogText.Decode(lines.Name)] = HTCondorLiteral.Read(bytes.Span.Slice(lines.ValueAt, lines.ValueLength));
        }

        return attributes;
    }

    /// <summary>Nobody reads it any more.</summary>
    public void LetGo() => spare = places;

    private ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> text) => ascii ? text : LogText.ToUtf8(text);
}
