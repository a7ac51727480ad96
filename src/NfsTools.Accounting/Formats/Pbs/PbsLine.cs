using System.Text;
using System.IO.Hashing;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>The bytes of one record, and where in them the values are that columns are taken from.</summary>
internal sealed class PbsLine
{
    // Of a record that nobody reads any more.
    [ThreadStatic]
    private static (int Start, int Length)[]? spare;

    private readonly ReadOnlyMemory<byte> bytes;
    private readonly PbsHead head;
    private readonly LocalTime? zone;
    private readonly (int Start, int Length)[] places;
    private readonly bool ascii;

    /// <param name="bytes">The record.</param>
    /// <param name="head">How it begins.</param>
    /// <param name="zone">The zone of its stamp; null where none was named.</param>
    public PbsLine(ReadOnlyMemory<byte> bytes, PbsHead head, LocalTime? zone)
    {
        (this.bytes, this.head, this.zone) = (bytes[..bytes.Span.TrimEnd(" \t\r\n"u8).Length], head, zone);
        ascii = Ascii.IsValid(bytes.Span);
        places = spare ?? new (int, int)[PbsKeys.Count];
        spare = null;
        Array.Clear(places);
        var pairs = new PbsPairs(Bytes, Math.Min(head.BodyAt, Bytes.Length));
        while (pairs.Next())
        {
            if (PbsKeys.Find(pairs.Key) is { } key && (places[(int)key].Start == 0 || !PbsKeys.IsFirst(key)))
            {
                places[(int)key] = (pairs.ValueAt, pairs.ValueLength);
            }
        }
    }

    public ReadOnlySpan<byte> Bytes => bytes.Span;

    /// <summary>A hash that tells copies of a record from other records.</summary>
    public long Hash => (long)XxHash3.HashToUInt64(Bytes[head.StampAt..]);

    public byte Type => head.Type;

    public ReadOnlySpan<byte> Id => Bytes.Slice(head.IdAt, head.IdLength);

    /// <summary>The stamp as it stands in the log.</summary>
    public string Stamp => Encoding.ASCII.GetString(Bytes.Slice(head.StampAt, PbsHead.StampLength));

    /// <summary>What stands behind the id.</summary>
    public string Body => LogText.Decode(Bytes[Math.Min(head.BodyAt, Bytes.Length)..]);

    /// <summary>Whether the line names the job's owner, which Torque does and PBS does not.</summary>
    public bool IsTorque => Has(PbsKey.Owner);

    public bool Has(PbsKey key) => places[(int)key].Start > 0;

    /// <summary>A value as it stands in the log, quotes left out; empty for none.</summary>
    public ReadOnlySpan<byte> Raw(PbsKey key) => Bytes.Slice(places[(int)key].Start, places[(int)key].Length);

    /// <summary>A value in UTF-8; empty for none.</summary>
    public ReadOnlySpan<byte> Utf8(PbsKey key) => ascii ? Raw(key) : LogText.ToUtf8(Raw(key));

    public long? Integer(PbsKey key) => PbsValues.Integer(Raw(key));

    public double? Seconds(PbsKey key) => PbsValues.Seconds(Raw(key));

    /// <summary>A time in seconds since 1970; null where it is none, or 0, which stands for never.</summary>
    public long? Time(PbsKey key) => Integer(key) is > 0 and <= AccountingRecord.LatestTime and var time ? time : null;

    /// <summary>Whether a time is there and none.</summary>
    public bool IsDamaged(PbsKey key) => Has(key) && Integer(key) is not (>= 0 and <= AccountingRecord.LatestTime);

    /// <summary>When it was written; null where no zone was named.</summary>
    /// <param name="near">A time known to be near; null for none.</param>
    /// <param name="isFirstOfTwo">Whether the clock showed that time twice, and nothing tells which it was.</param>
    public long? Recorded(long? near, out bool isFirstOfTwo)
    {
        isFirstOfTwo = false;
        return zone?.ToSeconds(head.Clock, near, out isFirstOfTwo);
    }

    /// <summary>All pairs, of several values of a key the one that counts.</summary>
    public Dictionary<string, string> Fields()
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var pairs = new PbsPairs(Bytes, Math.Min(head.BodyAt, Bytes.Length));
        while (pairs.Next())
        {
            var name = LogText.Decode(pairs.Key);
            if (PbsKeys.Find(pairs.Key) is not { } key || !PbsKeys.IsFirst(key) || !fields.ContainsKey(name))
            {
                fields[name] = LogText.Decode(Bytes.Slice(pairs.ValueAt, pairs.ValueLength));
            }
        }

        return fields;
    }

    /// <summary>Whether a place is inside a text that may hold anything.</summary>
    public bool IsInText(int place)
    {
        var pairs = new PbsPairs(Bytes, Math.Min(head.BodyAt, Bytes.Length));
        while (pairs.Next())
        {
            if (place < pairs.ValueAt + pairs.ValueLength)
            {
                return pairs.IsText && place >= pairs.ValueAt;
            }
        }

        return false;
    }

    /// <summary>Nobody reads it any more.</summary>
    public void LetGo() => spare = places;
}
