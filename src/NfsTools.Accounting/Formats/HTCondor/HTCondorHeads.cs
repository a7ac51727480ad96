namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>
/// Sees an ad that begins behind one that was cut, by the first attributes of that: they come again. One is enough where the order of the
/// attributes begins again too, or a line is no attribute; else it takes two, since an attribute may repeat.
/// </summary>
internal ref struct HTCondorHeads(ReadOnlySpan<byte> ads)
{
    // The next ad may lack some of them, and its first line may be part of the line that was cut.
    private const int Most = 8;

    private readonly ReadOnlySpan<byte> ads = ads;
    private Names names;
    private int count;
    private int again;
    private bool hasOther;

    /// <summary>Looks at a line.</summary>
    /// <param name="at">Where it begins.</param>
    /// <param name="nameLength">How long its name is; 0 for a line that is no attribute.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>Where the next ad begins; 0 where there is none.</returns>
    public int FindSecond(int at, int nameLength, int end)
    {
        if (nameLength == 0)
        {
            hasOther = true;
            return HTCondorCut.Within(ads[at..end], ads.Slice(names[0].At, names[0].Length)) is > 0 and var within ? at + within : 0;
        }

        var name = ads.Slice(at, nameLength);
        for (var i = 0; i < count; i++)
        {
            if (names[i].Length == nameLength && ads.Slice(names[i].At, nameLength).SequenceEqual(name))
            {
                var isCertain = again > 0 || hasOther;
                again = again == 0 ? end : again;
                return HTCondorCut.SecondAd(ads[..again], isCertain);
            }
        }

        if (count < Most && again == 0)
        {
            names[count++] = (at, nameLength);
        }

        return 0;
    }

    [System.Runtime.CompilerServices.InlineArray(Most)]
    private struct Names
    {
        private (int At, int Length) first;
    }
}
