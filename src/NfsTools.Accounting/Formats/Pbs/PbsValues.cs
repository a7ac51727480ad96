using System.Buffers;
using System.Buffers.Text;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>Reads values: what has not the form that it must have is unknown.</summary>
internal static class PbsValues
{
    // Whole numbers up to here are exact, and no cluster has as much of anything.
    private const double Most = 1L << 53;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789."u8);

    /// <summary>A whole number.</summary>
    public static long? Integer(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length ? value : null;

    /// <summary>
    /// A size in KB, what is over a whole one left out: bytes or, with <c>w</c>, words of eight bytes, maybe thousands (of 1024) of them
    /// (<c>100</c>, <c>100b</c>, <c>4kb</c>, <c>2gw</c>, <c>12.27M</c>).
    /// </summary>
    public static long? Kilobytes(ReadOnlySpan<byte> text)
    {
        var digits = text.IndexOfAnyExcept(Digits);
        var number = digits < 0 ? text : text[..digits];
        var unit = text[number.Length..];
        if (!Utf8Parser.TryParse(number, out double value, out var used) || used != number.Length)
        {
            return null;
        }

        var power = unit.IsEmpty ? -1 : "kmgtpe"u8.IndexOf((byte)(unit[0] | 0x20));
        unit = power >= 0 ? unit[1..] : unit;
        var isWord = unit.Length == 1 && (unit[0] | 0x20) == 'w';
        var size = value * Math.Pow(1024, power) * (isWord ? 8 : 1);
        return (unit.IsEmpty || isWord || (unit.Length == 1 && (unit[0] | 0x20) == 'b')) && size < Most ? (long)size : null;
    }

    /// <summary>A duration in seconds: <c>[[hh:]mm:]ss</c>, maybe with decimals.</summary>
    public static double? Seconds(ReadOnlySpan<byte> text)
    {
        var (sum, parts) = (0.0, 0);
        foreach (var range in text.Split((byte)':'))
        {
            var part = text[range];
            if (++parts > 3 || part.IsEmpty || part.ContainsAnyExcept(Digits) || !Utf8Parser.TryParse(part, out double value, out var used) || used != part.Length)
            {
                return null;
            }

            sum = (sum * 60) + value;
        }

        return sum < Most ? sum : null;
    }

    /// <summary>The sum of a resource over the chunks of an exec_vnode, <c>(v1:ncpus=4:mem=1gb+v2:ncpus=2)+(...)</c>; null where none has it.</summary>
    public static long? SumOf(ReadOnlySpan<byte> chunks, ReadOnlySpan<byte> resource)
    {
        Int128? sum = null;
        while (chunks.IndexOf(resource) is var at && at >= 0)
        {
            chunks = chunks[(at + resource.Length)..];
            sum = Utf8Parser.TryParse(chunks, out long value, out _) && value >= 0 ? (sum ?? 0) + value : sum;
        }

        return sum <= int.MaxValue ? (long?)sum : null;
    }

    /// <summary>The slots that a Torque nodes specification asks for, e.g. <c>2:ppn=4+n7</c>; null for none.</summary>
    public static long? SlotsOf(ReadOnlySpan<byte> nodes)
    {
        Int128 sum = 0;
        foreach (var range in nodes.Split((byte)'+'))
        {
            var part = nodes[range];
            var count = Utf8Parser.TryParse(part, out long hosts, out var used) && (used == part.Length || part[used] == (byte)':') ? hosts : 1;
            var each = part.IndexOf(":ppn="u8) is var at && at >= 0 && Utf8Parser.TryParse(part[(at + 5)..], out long slots, out _) ? slots : 1;
            sum += (Int128)Math.Max(0, count) * Math.Max(0, each);
        }

        return !nodes.IsEmpty && sum <= int.MaxValue ? (long)sum : null;
    }
}
