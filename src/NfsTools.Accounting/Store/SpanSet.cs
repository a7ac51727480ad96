namespace NfsTools.Accounting.Store;

/// <summary>Stretches of bytes that touch no other: what comes in order costs next to nothing, however much it is.</summary>
internal sealed class SpanSet
{
    private readonly List<long> starts = [];
    private readonly List<long> ends = [];

    /// <summary>Adds the bytes from start up to, not including, end; false where one of them is there already.</summary>
    public bool Add(long start, long end)
    {
        var at = starts.BinarySearch(start);
        var next = at < 0 ? ~at : at;
        if ((next > 0 && ends[next - 1] > start) || (next < starts.Count && starts[next] < end))
        {
            return false;
        }

        if (next > 0 && ends[next - 1] == start)
        {
            ends[next - 1] = end;
        }
        else
        {
            starts.Insert(next, start);
            ends.Insert(next, end);
        }

        return true;
    }

    /// <summary>What is missing between 0 and the end, and what goes beyond it.</summary>
    public IEnumerable<(long Start, long End)> Gaps(long end)
    {
        var reached = 0L;
        for (var i = 0; i < starts.Count; i++)
        {
            if (starts[i] > reached)
            {
                yield return (reached, starts[i]);
            }

            reached = ends[i];
        }

        if (reached != end)
        {
            yield return (Math.Min(reached, end), Math.Max(reached, end));
        }
    }
}
