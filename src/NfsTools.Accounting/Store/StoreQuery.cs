using System.Data.Common;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>Reads from the store. Whatever a user asked for is bound as a parameter.</summary>
internal static class StoreQuery
{
    private const long SecondsPerDay = 86400;

    public static IEnumerable<JobRecord> Jobs(StoreDatabase database, JobFilter filter, KeptLog log)
    {
        using var command = database.Command("");
        var where = Where(command, filter, "m.event_time");
        command.CommandText = database.Qualify(
            $"SELECT job.*, g.format FROM main.job_measure m JOIN main.job USING (job_row) JOIN main.generation g ON g.generation_id = job.generation_id {where} ORDER BY m.event_time, m.job_row{(filter.Limit > 0 ? $" LIMIT {filter.Limit}" : "")}");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return new StoredJob(reader, log) { Format = reader.GetString(reader.GetOrdinal("format")) };
        }
    }

    public static IReadOnlyList<JobMetrics> Report(StoreDatabase database, JobFilter filter, IReadOnlyList<JobKey> by)
    {
        using var command = database.Command("");
        var byHost = by.Contains(JobKey.Host);
        var (grouped, shown) = (by.Select(k => GroupExpression(database, k)).ToList(), by.Select(k => ShownExpression(database, k)).ToList());
        var (source, time) = RollupAnswers(filter, by) ? ("main.daily m", "m.day * 86400") : ("main.job_measure m", "m.event_time");
        var hosts = byHost ? " LEFT JOIN main.hosts_member ON hosts_member.hosts_id = m.hosts_id" : "";
        var sums = byHost
            ? StoreRollup.Select.Replace(StoreRollup.Sum("slot_seconds"), StoreRollup.Sum("coalesce(CAST(hosts_member.slots AS DOUBLE PRECISION) * m.run_seconds, m.slot_seconds)"), StringComparison.Ordinal)
            : StoreRollup.Select;
        command.CommandText = database.Qualify(
            $"SELECT {sums}{string.Concat(shown.Select(s => $", {s}"))} FROM {source}{hosts} {Where(command, filter, time)}{(by.Count > 0 ? $" GROUP BY {string.Join(", ", grouped)}" : "")}");
        using var reader = command.ExecuteReader();
        var groups = new List<JobMetrics>();
        while (reader.Read())
        {
            groups.Add(Metrics(reader, [.. by.Select((key, i) => (key, reader.IsDBNull(StoreRollup.Columns.Length + i) ? "" : reader.GetString(StoreRollup.Columns.Length + i)))]));
        }

        return [.. groups.OrderBy(g => string.Join('\0', g.Keys.Select(k => k.Value)), StringComparer.Ordinal)];
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

    public static IReadOnlyList<string> Archives(StoreDatabase database, string cluster, string format, string livePath)
    {
        using var command = database.Command(
            "SELECT patterns FROM main.log_archives JOIN main.cluster USING (cluster_id) WHERE name = @p0 AND format = @p1 AND live_path = @p2", cluster, format, NameText.Write(livePath));
        return command.ExecuteScalar() is string { Length: > 0 } patterns ? [.. patterns.Split('\n').Select(NameText.Read)] : [];
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
            SELECT fingerprint, variant, generation_id, position, tail_hash, tail_length, live_path, seen_size, ended, missing_since IS NOT NULL, accepted_at IS NOT NULL
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
            });
        }

        return generations;
    }

    /// <summary>What an older version of a log's reader rejected, in the order of the log; not more at once than memory has room for.</summary>
    public static List<OldReject> OldRejects(StoreDatabase database, string cluster, IRecordFormat format)
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

    // The roll-up knows days, users, queues, projects and states: what asks for more is counted from the jobs.
    private static bool RollupAnswers(JobFilter filter, IReadOnlyList<JobKey> by) =>
        filter.Hosts.Count == 0 && filter.JobIds.Count == 0 && !by.Contains(JobKey.Host) &&
        (filter.From ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds() % SecondsPerDay == 0 &&
        (filter.To ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds() % SecondsPerDay == 0;

    private static string Where(DbCommand command, JobFilter filter, string time)
    {
        var conditions = new List<string>();
        string Parameter(object value) => StoreDatabase.AddParameter(command, value);
        void AnyOf<T>(IReadOnlyList<T> values, Func<string, string> condition)
            where T : notnull
        {
            if (values.Count > 0)
            {
                conditions.Add(condition(string.Join(", ", values.Select(v => Parameter(v)))));
            }
        }

        static Func<string, string> Text(string column) => values => $"m.{column} IN (SELECT text_id FROM main.text_value WHERE value IN ({values}))";
        AnyOf(filter.Clusters, values => $"m.cluster_id IN (SELECT cluster_id FROM main.cluster WHERE name IN ({values}))");
        AnyOf(filter.Users, Text("user_id"));
        AnyOf(filter.Queues, Text("queue_id"));
        AnyOf(filter.Projects, Text("project_id"));
        AnyOf([.. filter.States.Select(s => s.ToUpperInvariant())], Text("state_id"));
        AnyOf(filter.Hosts, values => $"m.hosts_id IN (SELECT hosts_id FROM main.hosts_member JOIN main.text_value ON text_id = host_id WHERE value IN ({values}))");
        AnyOf(filter.JobIds, values => $"m.job_id IN ({values})");
        if (filter.From is { } from)
        {
            conditions.Add($"{time} >= {Parameter(from.ToUnixTimeSeconds())}");
        }

        if (filter.To is { } to)
        {
            conditions.Add($"{time} < {Parameter(to.ToUnixTimeSeconds())}");
        }

        return conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
    }

    private static string GroupExpression(StoreDatabase database, JobKey key) => key switch
    {
        JobKey.User => "m.user_id",
        JobKey.Queue => "m.queue_id",
        JobKey.Project => "m.project_id",
        JobKey.State => "m.state_id",
        JobKey.Cluster => "m.cluster_id",
        JobKey.Host => "hosts_member.host_id",
        JobKey.Day => "m.day",
        JobKey.Month => database.MonthText("m.day"),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, null),
    };

    private static string ShownExpression(StoreDatabase database, JobKey key) => key switch
    {
        JobKey.Month => GroupExpression(database, key),
        JobKey.Day => database.DayText("m.day"),
        JobKey.Cluster => "(SELECT name FROM main.cluster WHERE cluster_id = m.cluster_id)",
        _ => $"(SELECT value FROM main.text_value WHERE text_id = {GroupExpression(database, key)})",
    };

    private static JobMetrics Metrics(DbDataReader row, IReadOnlyList<(JobKey Key, string Value)> keys)
    {
        double Number(string column) => row.GetOrdinal(column) is var at && row.IsDBNull(at) ? 0 : row.GetDouble(at);
        var sums = new JobSums
        {
            Jobs = (long)Number("jobs"),
            Done = (long)Number("done"),
            SlotSeconds = Number("slot_seconds"),
            MaxMemKb = (long)Number("max_mem_kb"),
        };
        foreach (var (i, column) in StoreRollup.Metrics.Index())
        {
            sums.Metrics[i] = new MetricSummary(Number(column), Number("max_" + column), Number("min_" + column));
        }

        return new JobMetrics(keys, sums);
    }
}

/// <summary>A reject of an older reader.</summary>
internal readonly record struct OldReject(long Id, long Generation, long Offset, byte[] Bytes);
