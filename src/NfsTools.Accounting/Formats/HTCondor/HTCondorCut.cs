namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>
/// Tells whole ads from those that were cut. The schedd writes an ad's attributes in the order of the alphabet, newer versions the
/// shorter names first (<c>_sPrintAd</c>, <c>ClassAdFlatMapOrder</c>), and each of them once.
/// </summary>
internal static class HTCondorCut
{
    private static readonly Order[] Orders = [ByLetters, ByBytes, ByLength];

    private delegate int Order(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other);

    /// <summary>Where the second one of two ads begins; 0 where there seems to be one ad.</summary>
    /// <param name="ads">The first ad, which was cut, and the second up to a line whose attribute is in the first one too.</param>
    /// <param name="isCertain">There are two, even where their attributes are not sorted.</param>
    public static int SecondAd(ReadOnlySpan<byte> ads, bool isCertain)
    {
        var lines = new List<(int At, int NameLength)>();
        var walk = new HTCondorLines(ads);
        while (walk.Next())
        {
            lines.Add((walk.At, walk.NameLength));
        }

        // Both are sorted where they are sorted at all; else the second one begins where an attribute comes again.
        foreach (var order in Orders)
        {
            if (Descent(ads, lines, order) is { } second)
            {
                return Begin(ads, lines, second, order);
            }
        }

        return isCertain ? Begin(ads, lines, lines.Count - 1, null) : 0;
    }

    /// <summary>
    /// Whether an ad without a banner is whole. Files of single jobs and <c>condor_history -long</c> have the attributes in the order of the
    /// alphabet, and a job has the attribute <c>User</c>: what is cut behind it lacks nothing that columns are taken from.
    /// </summary>
    public static bool IsWhole(HTCondorAd ad) =>
        ad.Has(HTCondorKey.User) && ad.Lines[^1] == (byte)'\n' && (IsSorted(ad.Lines, ByLetters) || IsSorted(ad.Lines, ByBytes));

    /// <summary>Where the attribute that ads begin with begins within a line; 0 for nowhere.</summary>
    /// <param name="line">The line.</param>
    /// <param name="first">The attribute's name.</param>
    public static int Within(ReadOnlySpan<byte> line, ReadOnlySpan<byte> first) => Within(line, first, [], null);

    // An ad that was cut within a line has the next one's first line in it.
    private static int Begin(ReadOnlySpan<byte> ads, List<(int At, int NameLength)> lines, int second, Order? order)
    {
        var (cut, next) = (lines[second - 1], lines[second]);
        var within = Within(ads[cut.At..next.At], ads[..lines[0].NameLength], ads.Slice(next.At, next.NameLength), order);
        return within > 0 ? cut.At + within : next.At;
    }

    // It is the one that ads begin with, or one that columns are taken from and that may stand before the next one.
    private static int Within(ReadOnlySpan<byte> line, ReadOnlySpan<byte> first, ReadOnlySpan<byte> following, Order? order)
    {
        for (var at = 0; line[at..].IndexOf(HTCondorLines.Assignment) is var next && next >= 0; at += next + 1)
        {
            var end = at + next;
            for (var begin = Math.Max(1, end - HTCondorLines.NameAtEnd(line[..end])); begin < end; begin++)
            {
                var name = line[begin..end];
                if (name.SequenceEqual(first) || (order is not null && HTCondorKeys.Find(name) is not null && order(name, following) < 0))
                {
                    return begin;
                }
            }
        }

        return 0;
    }

    private static bool IsSorted(ReadOnlySpan<byte> ad, Order order)
    {
        ReadOnlySpan<byte> before = [];
        for (var lines = new HTCondorLines(ad); lines.Next(); before = lines.Name)
        {
            if (order(before, lines.Name) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    // The line before which names ascend, and from which they do again; null where they do otherwise.
    private static int? Descent(ReadOnlySpan<byte> ads, List<(int At, int NameLength)> lines, Order order)
    {
        int? descent = null;
        for (var i = 1; i < lines.Count; i++)
        {
            if (order(ads.Slice(lines[i - 1].At, lines[i - 1].NameLength), ads.Slice(lines[i].At, lines[i].NameLength)) >= 0)
            {
                if (descent is not null)
                {
                    return null;
                }

                descent = i;
            }
        }

        return descent;
    }

    private static int ByBytes(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => one.SequenceCompareTo(other);

    // As strcasecmp(3) does.
    private static int ByLetters(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            if (char.ToLowerInvariant((char)one[i]) - char.ToLowerInvariant((char)other[i]) is var difference && difference != 0)
            {
                return difference;
            }
        }

        return one.Length - other.Length;
    }

    private static int ByLength(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.Length != other.Length ? one.Length - other.Length : ByLetters(one, other);
}
