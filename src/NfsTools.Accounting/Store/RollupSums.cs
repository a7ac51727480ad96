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
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, key with { Day = day.Day }, out var isThere);
            if (!isThere)
            {
                place = numbers.Count;
                CollectionsMarshal.SetCount(numbers, place + JobSums.Count);
                JobSums.Clear(At(place));
            }

            JobSums.Add(At(place), job, day);
        }
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

    private Span<double> At(int place) => CollectionsMarshal.AsSpan(numbers).Slice(place, JobSums.Count);
}
