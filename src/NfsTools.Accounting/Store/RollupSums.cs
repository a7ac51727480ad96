using System.Runtime.InteropServices;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>Rows of the roll-up as they add up: the numbers of all of them side by side, for there may be as many as jobs.</summary>
internal sealed class RollupSums
{
    private readonly Dictionary<RollupKey, int> places = [];
    private readonly List<double> numbers = [];
    private readonly List<JobDay> days = [];

    /// <summary>How many rows there are.</summary>
    public int Count => places.Count;

    /// <summary>Their keys.</summary>
    public IReadOnlyCollection<RollupKey> Keys => places.Keys;

    /// <summary>Adds a job to the days that it belongs to.</summary>
    /// <param name="job">The job.</param>
    /// <param name="key">What it has in common with others; the day is filled in.</param>
    /// <param name="calendar">The store's days.</param>
    public void Add(JobNumbers job, RollupKey key, DayCalendar calendar)
    {
        JobDay.Cut(job, calendar, days);
        foreach (var day in days)
        {
            JobSums.Add(At(Place(key with { Day = day.Day })), job, day);
        }
    }

    /// <summary>Adds the totals of the rows of days before one, once all jobs are in.</summary>
    public void AddTotals(long end)
    {
        Span<double> sums = stackalloc double[JobSums.Count];
        foreach (var (key, place) in places.Where(p => p.Key.Day < end).ToList())
        {
            At(place).CopyTo(sums);
            AddToTotals(key, sums);
        }
    }

    /// <summary>Adds a row of the store to its totals.</summary>
    /// <param name="row">The row: all columns of the table.</param>
    public void AddToTotals(IStoreRows row)
    {
        var key = RollupKey.Of(row);
        Span<double> sums = stackalloc double[JobSums.Count];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = row.IsNull(RollupKey.Parts + i) ? double.NaN : row.Real(RollupKey.Parts + i);
        }

        AddToTotals(key, sums);
    }

    /// <summary>The numbers of a row, in the order of <see cref="JobMeasures.All"/>.</summary>
    public ReadOnlySpan<double> Of(RollupKey key) => At(places[key]);

    /// <summary>Takes a row out; false where there is none.</summary>
    public bool Remove(RollupKey key, out ReadOnlySpan<double> sums)
    {
        var isThere = places.Remove(key, out var place);
        sums = isThere ? At(place) : [];
        return isThere;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        places.Clear();
        numbers.Clear();
    }

    private void AddToTotals(RollupKey key, ReadOnlySpan<double> sums)
    {
        for (var one = 1; one <= StoreRollup.KeyColumns.Length; one++)
        {
            JobSums.Add(At(Place(key.By(one))), sums);
        }
    }

    // Where the numbers of a row are, which may be a new one.
    private int Place(RollupKey key)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, key, out var isThere);
        if (!isThere)
        {
            place = numbers.Count;
            CollectionsMarshal.SetCount(numbers, place + JobSums.Count);
            JobSums.Clear(At(place));
        }

        return place;
    }

    private Span<double> At(int place) => CollectionsMarshal.AsSpan(numbers).Slice(place, JobSums.Count);
}
