using System.Buffers.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>The hosts of an exec_host: <c>h/0+h/1</c>, <c>h/0-3</c>, <c>h/0-1,5,11</c>, <c>h/0*13</c>.</summary>
internal static class PbsHosts
{
    /// <summary>Reads the list.</summary>
    /// <param name="list">The list, in UTF-8.</param>
    /// <param name="slots">The slots of all hosts.</param>
    /// <returns>The hosts as <see cref="JobRecord.Hosts"/> has them; null where an entry is none.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> list, out long slots)
    {
        // Of one host as a rule; as many entries as slots, all hosts apart, at worst.
        var held = new OrderedDictionary<ulong, (int Start, int Length, long Slots)>();
        var at = 0;
        slots = 0;
        foreach (var range in list.Split((byte)'+'))
        {
            var entry = list[range];
            var slash = entry.IndexOf((byte)'/');
            var host = slash < 0 ? entry : entry[..slash];
            var here = slash < 0 ? 1 : Count(entry[(slash + 1)..]);
            slots += here;
            if (host.IsEmpty || here < 0 || slots > int.MaxValue || host.ContainsAny(" *"u8))
            {
                return null;
            }

            var key = Key(list, host, held);
            held[key] = held.TryGetValue(key, out var before) ? before with { Slots = before.Slots + here } : (at, host.Length, here);
            at += entry.Length + 1;
        }

        var text = new List<byte>(list.Length);
        Span<byte> digits = stackalloc byte[20];
        foreach (var (start, length, count) in held.Values)
        {
            if (text.Count > 0)
            {
                text.Add((byte)' ');
            }

            if (count != 1)
            {
                Utf8Formatter.TryFormat(count, digits, out var written);
                text.AddRange(digits[..written]);
                text.Add((byte)'*');
            }

            text.AddRange(list.Slice(start, length));
        }

        return [.. text];
    }

    // A host's hash, or the next number that no other host has.
    private static ulong Key(ReadOnlySpan<byte> list, ReadOnlySpan<byte> host, OrderedDictionary<ulong, (int Start, int Length, long Slots)> held)
    {
        var key = System.IO.Hashing.XxHash3.HashToUInt64(host);
        while (held.TryGetValue(key, out var other) && !list.Slice(other.Start, other.Length).SequenceEqual(host))
        {
            key++;
        }

        return key;
    }

    // How many slots are behind the slash; -1 where it is no such list.
    private static long Count(ReadOnlySpan<byte> indices)
    {
        var star = indices.IndexOf((byte)'*');
        if (star >= 0)
        {
            return PbsValues.Integer(indices[(star + 1)..]) is { } times and >= 0 and <= int.MaxValue ? times : -1;
        }

        var count = 0L;
        foreach (var range in indices.Split((byte)','))
        {
            var part = indices[range];
            var dash = part.IndexOf((byte)'-');
            var (first, last) = dash < 0 ? (PbsValues.Integer(part), PbsValues.Integer(part)) : (PbsValues.Integer(part[..dash]), PbsValues.Integer(part[(dash + 1)..]));
            if (first is not >= 0 || last is not <= int.MaxValue || last < first)
            {
                return -1;
            }

            count += last.Value - first.Value + 1;
        }

        return count;
    }
}
