using System.Text;
using System.Text.Json;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Records with a time outside 1970 to 9999. No reader lets one through, but earlier versions did; their logs may be gone, so what
/// was kept of them goes into the rejects.
/// </summary>
internal static class OutOfTime
{
    /// <summary>The condition of rows of <c>job_record</c>; an index has these rows alone.</summary>
    public static readonly string Jobs = $"({Out("event_time")} OR {Out("submit_time")} OR {Out("start_time")})";

    /// <summary>The condition of rows of <c>event_record</c>; an index has these rows alone.</summary>
    public static readonly string Events = Out("event_time");

    private const int AtOnce = 500;

    /// <summary>Makes rejects of the records of a cluster, and counts its roll-up again.</summary>
    /// <returns>How many there were.</returns>
    public static long Reject(StoreDatabase database, long cluster, int readerVersion, long now)
    {
        var rejected = 0L;
        while (Find(database, cluster) is { Count: > 0 } rows)
        {
            rejected += rows.Count;
            foreach (var row in rows)
            {
                database.Execute(
                    """INSERT INTO main.reject (generation_id, "offset", length, bytes, reason, reader_version, rejected_at) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6)""",
                    row.Generation, row.Offset, row.Length, row.Fields, row.Reason, (long)readerVersion, now);
                database.Execute(row.IsJob ? "DELETE FROM main.job_record WHERE job_row = @p0" : "DELETE FROM main.event_record WHERE event_row = @p0", row.Id);
            }
        }

        if (rejected > 0)
        {
            StoreRollup.Recount(database, cluster);
        }

        return rejected;
    }

    private static string Out(string column) => $"{column} NOT BETWEEN 0 AND {AccountingRecord.LatestTime}";

    private static List<Row> Find(StoreDatabase database, long cluster)
    {
        var found = new List<Row>();
        using (var jobs = database.Command(
            $"""
            SELECT job.* FROM main.job JOIN (SELECT job_row FROM main.job_record WHERE cluster_id = @p0 AND {Jobs} LIMIT {AtOnce}) r ON r.job_row = job.job_row
            """,
            cluster))
        using (var row = jobs.ExecuteReader())
        {
            while (row.Read())
            {
                long Value(string column) => row.GetOrdinal(column) is var at && row.IsDBNull(at) ? 0 : row.GetInt64(at);
                var job = new StoredJob(row);
                found.Add(new Row(
                    Value("job_row"), Value("generation_id"), Value("offset"), Value("length"),
                    $"submitted at {job.SubmitSeconds}, started at {job.StartSeconds}, ended at {job.EventSeconds}: outside 1970 to 9999; an earlier version took it in and kept these fields",
                    JsonSerializer.SerializeToUtf8Bytes(job, StoredJson.Default.JobRecord), IsJob: true));
            }
        }

        using var events = database.Command($"""SELECT event_row, generation_id, "offset", length, event_time, fields FROM main.event_record WHERE cluster_id = @p0 AND {Events} LIMIT {AtOnce}""", cluster);
        using var other = events.ExecuteReader();
        while (other.Read())
        {
            long Value(int column) => other.IsDBNull(column) ? 0 : other.GetInt64(column);
            found.Add(new Row(
                Value(0), Value(1), Value(2), Value(3), $"written at {Value(4)}: outside 1970 to 9999; an earlier version took it in and kept these fields", Encoding.UTF8.GetBytes(other.GetString(5)), IsJob: false));
        }

        return found;
    }

    private sealed record Row(long Id, long Generation, long Offset, long Length, string Reason, byte[] Fields, bool IsJob);
}
