using NfsTools.Accounting.Model;
using NfsTools.Interop;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Jobs that a command answers otherwise than before: what it said before becomes a second copy, and the days of the roll-up that it was
/// counted in are counted anew, for a largest value cannot be taken back.
/// </summary>
/// <param name="database">The store, in a transaction.</param>
internal sealed class ReplacedJobs(StoreDatabase database)
{
    private static readonly string Groups = string.Join(", ", StoreRollup.KeyColumns.Select(c => $"coalesce(j.{c.StoredName}, 0)"));
    private readonly HashSet<RollupKey> counted = [];

    /// <summary>Whether days are to be counted anew.</summary>
    public bool IsCountedAnew => counted.Count > 0;

    /// <summary>How many were taken out in this transaction.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        Count = 0;
        counted.Clear();
    }

    /// <summary>Takes the job of a key out; false where what the store has of it is none of the command's answers.</summary>
    /// <param name="log">The command's log.</param>
    /// <param name="cluster">Its cluster's number.</param>
    /// <param name="key">The job's key.</param>
    public bool TakeOut(KnownLog log, long cluster, (long Job, long Submitted, long Ended, long Element) key)
    {
        long row, generation, offset, length;
        using (var rows = new CommandRows(database.Command(
            """
            SELECT j.job_row, j.generation_id, j."offset", j.length FROM main.job_record j JOIN main.generation g ON g.generation_id = j.generation_id
            WHERE j.job_id = @p0 AND j.submit_time = @p1 AND j.end_time = @p2 AND j.array_index = @p3 AND j.cluster_id = @p4 AND g.format = @p5 AND g.live_path = @p6
            """,
            key.Job, key.Submitted, key.Ended, key.Element, cluster, log.Format, NameText.Write(log.LivePath))))
        {
            if (!rows.Next())
            {
                return false;
            }

            (row, generation, offset, length) = (rows.Integer(0), rows.Integer(1), rows.Integer(2), rows.Integer(3));
        }

        CountAnew(row, cluster);
        database.Execute("DELETE FROM main.job_record WHERE job_row = @p0", row);
        database.Execute("""INSERT INTO main.duplicate (generation_id, "offset", length) VALUES (@p0, @p1, @p2)""", generation, offset, length);
        Count++;
        return true;
    }

    /// <summary>Has the days that a job is counted in counted anew at the end of the transaction.</summary>
    /// <param name="row">The job's row, as it is or was.</param>
    /// <param name="cluster">Its cluster's number.</param>
    public void CountAnew(long row, long cluster)
    {
        var done = Done;
        using var rows = new CommandRows(database.Command($"SELECT {SqlJob.Columns}, {Groups} FROM main.job_record j WHERE j.job_row = @p0", row));
        rows.Next();
        long Group(int i) => rows.Integer(SqlJob.Count + i);
        var days = new List<JobDay>();
        JobDay.Cut(new SqlJob(rows, 0).Read(done), database.Calendar, days);
        counted.UnionWith(days.Select(d => new RollupKey(0, d.Day, cluster, Group(0), Group(1), Group(2), Group(3), Group(4), Group(5))));
    }

    /// <summary>The rows of the roll-up that they were counted in, counted anew; the rows are gone. The totals of their days are none any more.</summary>
    /// <param name="days">The days that had totals.</param>
    public RollupSums Recount(out IReadOnlyCollection<long> days)
    {
        var (anew, done) = (new RollupSums(), Done);
        foreach (var group in counted.GroupBy(k => k with { Day = 0 }))
        {
            var first = database.Calendar.StartOf(group.Min(k => k.Day));
            foreach (var key in group)
            {
                database.Execute(
                    $"DELETE FROM main.daily WHERE {string.Join(" AND ", StoreRollup.Keys.Select((k, i) => $"{k} = @p{i}"))}", [.. Enumerable.Range(0, RollupKey.Parts).Select(i => (object?)key[i])]);
            }

            // By the index of users.
            using var rows = new CommandRows(database.Command(
                $"""
                SELECT {SqlJob.Columns} FROM main.job_record j WHERE j.cluster_id = @p0 AND (j.end_time >= @p1 OR j.submit_time >= @p1)
                AND {string.Join(" AND ", StoreRollup.KeyColumns.Select((c, i) => group.Key[i + 3] == 0 ? $"j.{c.StoredName} IS NULL" : $"j.{c.StoredName} = @p{i + 2}"))}
                """,
                [group.Key.Cluster, first, .. StoreRollup.KeyColumns.Select((_, i) => (object?)group.Key[i + 3])]));
            var job = new SqlJob(rows, 0);
            while (rows.Next())
            {
                anew.Add(job.Read(done), group.Key, database.Calendar);
            }
        }

        foreach (var other in anew.Keys.Where(k => !counted.Contains(k)).ToList())
        {
            anew.Remove(other, out _);
        }

        var end = StoreRollup.TotalsEnd(database);
        days = [.. counted.Select(k => k.Day).Where(d => d < end).Distinct()];
        foreach (var day in days)
        {
            database.Execute("DELETE FROM main.daily WHERE by_key > 0 AND day = @p0", day);
        }

        return anew;
    }

    private long Done => database.Scalar("SELECT text_id FROM main.text_value WHERE value = @p0", JobState.Done) ?? -1;
}
