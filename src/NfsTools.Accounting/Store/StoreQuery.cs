using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>Reads from the store. Whatever a user asked for is bound as a parameter.</summary>
internal static class StoreQuery
{
    private const string NullsLast = "NULLS LAST";

    public static IEnumerable<JobRecord> Jobs(StoreDatabase database, JobFilter filter, KeptLog log)
    {
        var command = database.Command("");
        var where = new JobConditions(database, command, filter).Of("j", "j.end_time");
        var order = filter.Sort is { } sort ? $"{JobSql.Value(sort)}{(filter.IsDescending ? " DESC" : "")} {NullsLast}, j.end_time" : $"j.end_time{(filter.IsDescending ? " DESC" : "")}";
        using var jobs = new StoredJobs(database, log);
        var what = jobs.LooksUp ? $"SELECT {JobSql.StoredNumbers} FROM {JobSql.FromAlone(filter.Sort)}" : $"SELECT {JobSql.Stored} FROM {JobSql.From}";
        command.CommandText = database.Qualify(database.Expand($"{what} {where} ORDER BY {order}, j.job_row{(filter.Limit > 0 ? $" LIMIT {filter.Limit}" : "")}"));
        using var rows = database.Rows(command);
        while (rows.Next())
        {
            yield return jobs.Read(rows);
        }
    }

    public static IReadOnlyList<GenerationStatus> Generations(StoreDatabase database)
    {
        using var command = database.Command(
            $"""
            SELECT g.generation_id, c.name, g.format, g.live_path, g.path, g.fingerprint, g.position, g.committed_at, {database.Clock} / 1000,
                   count(*) FILTER (WHERE s.kind = 'record'), count(*) FILTER (WHERE s.kind = 'reject'), g.seen_size, g.missing_since, g.accepted_at
            FROM main.generation g JOIN main.cluster c USING (cluster_id) LEFT JOIN main.span s ON s.generation_id = g.generation_id
            GROUP BY g.generation_id, c.name ORDER BY g.generation_id
            """);
        using var reader = command.ExecuteReader();
        var generations = new List<GenerationStatus>();
        while (reader.Read())
        {
            generations.Add(new GenerationStatus(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), NameText.Read(reader.GetString(3)), NameText.Read(reader.GetString(4)), reader.GetString(5),
                reader.GetInt64(6), DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(7)), TimeSpan.FromSeconds(Math.Max(0, reader.GetInt64(8) - reader.GetInt64(7))),
                reader.GetInt64(9), reader.GetInt64(10), Math.Max(reader.GetInt64(6), reader.GetInt64(11)),
                reader.IsDBNull(12) ? null : DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(12)), reader.IsDBNull(13) ? null : DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(13))));
        }

        return generations;
    }

    public static (string? Layout, IReadOnlyList<string> Patterns) Archives(StoreDatabase database, KnownLog log)
    {
        using var command = database.Command(
            "SELECT layout, patterns FROM main.log_archives JOIN main.cluster USING (cluster_id) WHERE name = @p0 AND format = @p1 AND live_path = @p2",
            log.Cluster, log.Format, NameText.Write(log.LivePath));
        using var row = command.ExecuteReader();
        return row.Read()
            ? (row.IsDBNull(0) ? null : row.GetString(0), row.GetString(1) is { Length: > 0 } patterns ? [.. patterns.Split('\n').Select(NameText.Read)] : [])
            : (null, []);
    }

    /// <summary>What a command was asked, in order; of one second, what was not answered last, so that the lag begins anew where that is not known.</summary>
    public static List<AnsweredTime> Answers(StoreDatabase database, KnownLog log)
    {
        using var command = database.Command(
            "SELECT since, until, asked, after_failure <> 0 FROM main.answer JOIN main.cluster USING (cluster_id) WHERE name = @p0 AND format = @p1 AND live_path = @p2 ORDER BY asked, until DESC",
            log.Cluster, log.Format, NameText.Write(log.LivePath));
        using var row = command.ExecuteReader();
        var answers = new List<AnsweredTime>();
        while (row.Read())
        {
            answers.Add(new AnsweredTime(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetBoolean(3)));
        }

        return answers;
    }

    public static HashSet<long> AcceptedGenerations(StoreDatabase database, string cluster, string format)
    {
        using var command = database.Command(
            "SELECT generation_id FROM main.generation JOIN main.cluster USING (cluster_id) WHERE name = @p0 AND format = @p1 AND accepted_at IS NOT NULL", cluster, format);
        using var reader = command.ExecuteReader();
        var accepted = new HashSet<long>();
        while (reader.Read())
        {
            accepted.Add(reader.GetInt64(0));
        }

        return accepted;
    }

    public static IReadOnlyList<RejectedRecord> Rejects(StoreDatabase database)
    {
        using var command = database.Command(
            """SELECT r.generation_id, g.path, r."offset", r.length, r.reason, r.bytes FROM main.reject r LEFT JOIN main.generation g ON g.generation_id = r.generation_id ORDER BY r.reject_id""");
        using var reader = command.ExecuteReader();
        var rejects = new List<RejectedRecord>();
        while (reader.Read())
        {
            rejects.Add(new RejectedRecord(
                reader.GetInt64(0), reader.IsDBNull(1) ? "" : NameText.Read(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4), reader.GetFieldValue<byte[]>(5)));
        }

        return rejects;
    }

    public static List<LogGeneration> LoadGenerations(StoreDatabase database, string? cluster = null, string? format = null)
    {
        using var command = database.Command(
            """
            SELECT fingerprint, variant, generation_id, position, tail_hash, tail_length, live_path, seen_size, ended, missing_since IS NOT NULL, accepted_at IS NOT NULL, time_zone
            FROM main.generation JOIN main.cluster USING (cluster_id)
            WHERE name = coalesce(@p0, name) AND format = coalesce(@p1, format)
            """,
            cluster, format);
        using var reader = command.ExecuteReader();
        var generations = new List<LogGeneration>();
        while (reader.Read())
        {
            generations.Add(new LogGeneration
            {
                Fingerprint = reader.GetString(0),
                Variant = reader.GetInt32(1),
                Id = reader.GetInt64(2),
                Position = reader.GetInt64(3),
                TailHash = reader.GetString(4),
                TailLength = reader.GetInt32(5),
                LivePath = NameText.Read(reader.GetString(6)),
                Sight = new LogSight(reader.GetInt64(7), reader.GetInt64(8) != 0, reader.GetBoolean(9)),
                Accepted = reader.GetBoolean(10),
                TimeZone = reader.IsDBNull(11) ? null : reader.GetString(11),
            });
        }

        return generations;
    }

    /// <summary>What an older version of a log's reader rejected, in the order of the log; not more at once than memory has room for.</summary>
    public static List<OldReject> OldRejects(StoreDatabase database, string cluster, IAccountingFormat format)
    {
        using var command = database.Command(
            """
            SELECT reject_id, generation_id, "offset", bytes FROM main.reject JOIN main.generation USING (generation_id) JOIN main.cluster USING (cluster_id)
            WHERE name = @p0 AND format = @p1 AND reader_version < @p2 ORDER BY generation_id, "offset" LIMIT 50
            """,
            cluster, format.Name, format.Version);
        using var reader = command.ExecuteReader();
        var rejects = new List<OldReject>();
        var bytes = 0L;
        while (bytes < RecordReader.MaxUnitBytes && reader.Read())
        {
            rejects.Add(new OldReject(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
            bytes += rejects[^1].Bytes.Length;
        }

        return rejects;
    }
}

/// <summary>A reject of an older reader.</summary>
internal readonly record struct OldReject(long Id, long Generation, long Offset, byte[] Bytes);
