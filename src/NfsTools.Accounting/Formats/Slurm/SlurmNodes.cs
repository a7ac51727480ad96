namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>Lists of nodes as Slurm writes them: <c>n[01-04,07],gpu1</c>, <c>r[1-2]n[1-3]</c>.</summary>
internal static class SlurmNodes
{
    /// <summary>No list that names more is taken apart; Slurm itself knows no more nodes.</summary>
    public const int MostNodes = 65_536;

    private const int MostBytes = 4 << 20;
    private const int MostBrackets = 8;

    /// <summary>The nodes' names, separated by blanks; the list itself where it is no list or names more than <see cref="MostNodes"/>.</summary>
    public static ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> list)
    {
        if (list.IndexOfAny((byte)'[', (byte)',') < 0)
        {
            return list;
        }

        var names = new List<byte>(list.Length * 2);
        var count = 0;
        for (var at = 0; at < list.Length;)
        {
            var length = EntryLength(list[at..]);
            if (length == 0 || !TryEntry(list.Slice(at, length), [], MostBrackets, names, ref count))
            {
                return list;
            }

            at += length + 1;
        }

        return names.ToArray().AsSpan(0, Math.Max(0, names.Count - 1));
    }

    // Up to the comma outside of brackets.
    private static int EntryLength(ReadOnlySpan<byte> list)
    {
        var inside = false;
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] == ',' && !inside)
            {
                return i;
            }

            inside = list[i] == '[' || (inside && list[i] != ']');
        }

        return list.Length;
    }

    private static bool TryEntry(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> before, int brackets, List<byte> names, ref int count)
    {
        var open = entry.IndexOf((byte)'[');
        if (open < 0)
        {
            names.AddRange(before);
            names.AddRange(entry);
            names.Add((byte)' ');
            return ++count <= MostNodes && names.Count <= MostBytes;
        }

        var close = entry.IndexOf((byte)']');
        if (close < open || brackets == 0)
        {
            return false;
        }

        var ranges = entry[(open + 1)..close];
        foreach (var range in ranges.Split((byte)','))
        {
            var text = ranges[range];
            var dash = text.IndexOf((byte)'-');
            var first = dash < 0 ? text : text[..dash];
            if (SlurmValue.Whole(first) is not { } from || SlurmValue.Whole(text[(dash + 1)..]) is not { } to || to < from)
            {
                return false;
            }

            for (var number = from; number <= to; number++)
            {
                byte[] name = [.. before, .. entry[..open], .. System.Text.Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(first.Length, '0'))];
                if (!TryEntry(entry[(close + 1)..], name, brackets - 1, names, ref count))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
