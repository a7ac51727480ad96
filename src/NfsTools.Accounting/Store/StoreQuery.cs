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
    private const string NullsLast = "NULLS LAST";

    public static IEnumerable<JobRecord> Jobs(StoreDatabase database, JobFilter filter, KeptLog log)
    {
        using var command = database.Command("");
        var where = new JobConditions(database, command, filter).Of("j", "j.end_time");
        var order = filter.Sort is { } sort ? $"{JobSql.Value(sort)}{(filter.IsDescending ? " DESC" : "")} {NullsLast}, j.end_time" : $"j.end_time{(filter.IsDescending ? " DESC" : "")}";
        command.CommandText = database.Qualify(database.Expand(
            $"SELECT {JobSql.Stored} FROM {JobSql.From} {where} ORDER BY {order}, j.job_row{(filter.Limit > 0 ? $" LIMIT {filter.Limit}" : "")}"));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return new StoredJob(reader, log);
        }
    }

    public static IReadOnlyList<JobMetrics> Report(StoreDatabase database, JobFilter filter, IReadOnlyList<GroupKey> by)
    {
        using var command = database.Command("");
        var byHost = by.Contains(GroupKey.Host);
        var (grouped, shown) = (by.Select(k => GroupExpression(database, k)).ToList(), by.Select(k => ShownExpression(database, k)).ToList());
        var (source, time) = RollupAnswers(filter, by) ? ("main.daily m", "m.day * 86400") : ("main.job_measure m", "m.end_time");
        var hosts = byHost ? " LEFT JOIN main.hosts_member ON hosts_member.hosts_id = m.hosts_id" : "";
        var sums = byHost
            ? StoreRollup.Select.Replace(StoreRollup.Sum("slot_seconds"), StoreRollup.Sum("coalesce(CAST(hosts_member.slots AS DOUBLE PRECISION) * m.run_seconds, m.slot_seconds)"), StringComparison.Ordinal)
            : StoreRollup.Select;
        var where = new JobConditions(database, command, filter).Of("m", time);
        command.CommandText = database.Qualify(
            $"SELECT {sums}{string.Concat(shown.Select(s => $", {s}"))} FROM {source}{hosts} {where}{(by.Count > 0 ? $" GROUP BY {string.Join(", ", grouped)}" : "")}");
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

    // The roll-up knows whole days and a few keys: what asks for more is counted from the jobs.
    private static bool RollupAnswers(JobFilter filter, IReadOnlyList<GroupKey> by) =>
        filter.Hosts.Count == 0 && filter.JobIds.Count == 0 && !by.Contains(GroupKey.Host) &&
        filter.Columns.All(c => StoreRollup.HasKey(c.Column) && !(c.Column == JobColumns.State && c.NamesSchedulerState)) && by.All(k => k.Column is null || StoreRollup.HasKey(k.Column)) &&
        (filter.From ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds() % SecondsPerDay == 0 &&
        (filter.To ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds() % SecondsPerDay == 0;

    private static string GroupExpression(StoreDatabase database, GroupKey key) =>
        key == GroupKey.Cluster ? "m.cluster_id"
        : key == GroupKey.Host ? "hosts_member.host_id"
        : key == GroupKey.Day ? "m.day"
        : key == GroupKey.Month ? database.MonthText("m.day")
        : $"m.{key.Column!.StoredName}";

    private static string ShownExpression(StoreDatabase database, GroupKey key) =>
        key == GroupKey.Month ? GroupExpression(database, key)
        : key == GroupKey.Day ? database.DayText("m.day")
        : key == GroupKey.Cluster ? "(SELECT name FROM main.cluster WHERE cluster_id = m.cluster_id)"
        : $"(SELECT value FROM main.text_value WHERE text_id = {GroupExpression(database, key)})";

    private static JobMetrics Metrics(DbDataReader row, IReadOnlyList<(GroupKey Key, string Value)> keys)
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
