using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <content>How jobs are counted in: the roll-up, its totals, and the days that are counted anew.</content>
internal abstract partial class StoreWriter
{
    // Jobs end in the order of the log, or nearly: to days before these little is added.
    private const int OpenDays = 2;

    // Totals of a day of more rows than that would be about as many, and take long to add up.
    private const int MostRowsOfDay = 50_000;
    private long? tooFine;

    /// <summary>Counts in a job.</summary>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="jobs">The jobs that are inserted.</param>
    /// <param name="row">Which of them.</param>
    /// <param name="ids">The dictionary's numbers of the rows' texts.</param>
    protected void Count(long cluster, JobRows jobs, int row, ReadOnlySpan<long> ids)
    {
        long Of(JobColumn column, ReadOnlySpan<long> numbers) => jobs.IsKnown(row, column.Place) ? numbers[(int)jobs.Integer(row, column.Place)] : 0;
        var key = new RollupKey(
            0, 0, cluster, Of(JobColumns.User, ids), Of(JobColumns.UserGroup, ids), Of(JobColumns.Project, ids), Of(JobColumns.Queue, ids), Of(JobColumns.Qos, ids), Of(JobColumns.State, ids));
        rollup.Add(jobs.Numbers(row), key, database.Calendar);
    }

    private void AddRollup()
    {
        // What is added to a day that has totals is added to them.
        var (end, newest) = (StoreRollup.TotalsEnd(database), rollup.Keys.Max(k => k.Day));
        rollup.AddTotals(end);
        Add(rollup);

        // Other writers may be adding to a day of a database that is shared.
        if (!database.IsShared && end != tooFine)
        {
            AddTotals(end, Math.Min(newest, database.Calendar.DayOf(DateTimeOffset.UtcNow.ToUnixTimeSeconds())) - OpenDays + 1);
        }
    }

    private void AddTotals(long from, long end)
    {
        while (database.Scalar("SELECT min(day) FROM main.daily WHERE by_key = 0 AND day >= @p0 AND day < @p1", from, end) is { } day)
        {
            if (TotalsOf(day, MostRowsOfDay) is not { } totals)
            {
                tooFine = from;
                return;
            }

            Add(totals);
            from = day + 1;
        }
    }

    // Null where the day has more rows.
    private RollupSums? TotalsOf(long day, int most)
    {
        var totals = new RollupSums();
        using var rows = database.Rows($"{StoreRollup.All} WHERE by_key = 0 AND day = {day}");
        for (var count = 1; rows.Next(); count++)
        {
            if (count > most)
            {
                return null;
            }

            totals.AddToTotals(rows);
        }

        return totals;
    }

    private void Recount()
    {
        Add(replaced.Recount(out var days));
        foreach (var day in days)
        {
            Add(TotalsOf(day, int.MaxValue)!);
        }
    }

    private void Add(RollupSums sums)
    {
        RollupKey[] keys = [.. sums.Keys];
        Array.Sort(keys);
        AddToDaily(sums, keys);
    }
}
