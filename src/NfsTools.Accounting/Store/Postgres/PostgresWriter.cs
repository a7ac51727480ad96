using System.Data;
using System.Text;
using NfsTools.Accounting.Model;
using Npgsql;
using NpgsqlTypes;

namespace NfsTools.Accounting.Store.Postgres;

/// <summary>
/// Writes into PostgreSQL. A batch's jobs are copied into a table of this session's own first, and the texts of the dictionary
/// added for good: only then does the transaction begin that locks what others use, and it is a few statements long.
/// </summary>
internal sealed class PostgresWriter : StoreWriter
{
    private static readonly ColumnKind[] Columns = [.. JobColumns.Stored.Select(c => c.Kind)];
    private static readonly int Hosts = JobColumns.Hosts.Place;
    private const string Key = "job_id, submit_time, end_time, array_index, cluster_id";
    private readonly PostgresDatabase database;
    private readonly NpgsqlConnection connection;
    private readonly TextPool<long> texts = new();
    private readonly TextPool<bool> hosts = new();
    private readonly string copyJobs, insertJobs, addToDaily;
    private long[] ids = [];

    public PostgresWriter(PostgresDatabase database, NpgsqlConnection connection)
        : base(database)
    {
        (this.database, this.connection) = (database, connection);
        var columns = $"{string.Join(", ", JobColumns.Stored.Select(c => c.StoredName))}, content_hash";
        // Of a writer before this one on the same connection.
        database.Execute("DROP TABLE IF EXISTS pg_temp.staged_job");
        database.Execute($"""CREATE TABLE pg_temp.staged_job AS SELECT CAST(0 AS bigint) AS place, {columns}, "offset", length FROM main.job_record WITH NO DATA""");
        copyJobs = $"""COPY pg_temp.staged_job (place, {columns}, "offset", length) FROM STDIN (FORMAT binary)""";
        insertJobs =
            $"""
            INSERT INTO main.job_record (cluster_id, {columns}, generation_id, "offset", length)
            SELECT @p0, {columns}, @p1, "offset", length FROM pg_temp.staged_job ORDER BY place
            ON CONFLICT ({Key}) DO NOTHING RETURNING job_id, submit_time, end_time, array_index
            """;
        addToDaily =
            $"""
            INSERT INTO main.daily ({string.Join(", ", StoreRollup.AllColumns)})
            SELECT * FROM unnest({string.Join(", ", StoreRollup.AllColumns.Select((_, i) => $"@p{i}"))}) {StoreRollup.AddToThere(database)}
            """;
    }

    // The table goes with the connection.
    public override void Dispose()
    {
    }

    protected override void Stage(Placed records)
    {
        var jobs = records.Jobs;
        if (jobs.Count == 0)
        {
            return;
        }

        ids = TextIds(jobs);
        AddHosts(jobs);
        database.Execute("TRUNCATE pg_temp.staged_job");
        using var rows = connection.BeginBinaryImport(copyJobs);
        var row = 0;
        foreach (var (place, placed) in records.Records.Index())
        {
            if (!placed.IsJob)
            {
                continue;
            }

            rows.StartRow();
            rows.Write((long)place, NpgsqlDbType.Bigint);
            for (var i = 0; i < Columns.Length; i++)
            {
                Write(rows, jobs, row, i);
            }

            rows.Write(jobs.ContentHash(row), NpgsqlDbType.Bigint);
            rows.Write(placed.Offset, NpgsqlDbType.Bigint);
            rows.Write((long)placed.Length, NpgsqlDbType.Bigint);
            row++;
        }

        rows.Complete();
    }

    protected override IReadOnlyList<CommitOutcome> Insert(Placed records, long cluster, long generation)
    {
        var (outcomes, jobs, row) = (new CommitOutcome[records.Records.Count], records.Jobs, 0);
        var added = jobs.Count > 0 ? InsertStaged(cluster, generation) : [];
        var known = new List<(int Place, long Hash)>();
        foreach (var (i, placed) in records.Records.Index())
        {
            if (!placed.IsJob)
            {
                outcomes[i] = InsertEvent(placed, cluster, generation) ? CommitOutcome.Added : CommitOutcome.Duplicate;
                continue;
            }

            if (added.Remove(jobs.Key(row)))
            {
                outcomes[i] = CommitOutcome.Added;
                Count(cluster, jobs, row, ids);
            }
            else
            {
                known.Add((i, jobs.ContentHash(row)));
            }

            row++;
        }

        if (known.Count > 0)
        {
            var hashes = KnownHashes(cluster);
            known.ForEach(k => outcomes[k.Place] = hashes[k.Place] == k.Hash ? CommitOutcome.Duplicate : CommitOutcome.Conflict);
        }

        return outcomes;
    }

    protected override void Keep(long generation, long offset, PackedBytes bytes) => database.Execute(
        """
        INSERT INTO main.segment (generation_id, "offset", length, checksum, bytes) VALUES (@p0, @p1, @p2, @p3, @p4)
        ON CONFLICT (generation_id, "offset") DO UPDATE SET length = excluded.length, checksum = excluded.checksum, bytes = excluded.bytes
        """,
        generation, offset, (long)bytes.Length, bytes.Checksum, bytes.Bytes);

    protected override void AddToDaily(RollupSums sums, RollupKey[] keys)
    {
        using var command = database.Command(addToDaily);
        for (var part = 0; part < RollupKey.Parts; part++)
        {
            StoreDatabase.AddParameter(command, Array.ConvertAll(keys, k => k[part]));
        }

        for (var i = 0; i < JobSums.Count; i++)
        {
            StoreDatabase.AddParameter(command, Array.ConvertAll(keys, k => sums.Of(k)[i] is var value && double.IsNaN(value) ? null : (double?)value));
        }

        command.ExecuteNonQuery();
    }

    protected override void AddOthers(long generation, IReadOnlyList<Span> filler, IReadOnlyList<Span> duplicates, IReadOnlyList<Reject> rejects)
    {
        foreach (var (table, spans) in new[] { ("filler", filler), ("duplicate", duplicates) })
        {
            if (spans.Count > 0)
            {
                database.Execute($"INSERT INTO main.{table} SELECT @p0, * FROM unnest(@p1, @p2)", generation, spans.Select(s => s.Offset).ToArray(), spans.Select(s => (long)s.Length).ToArray());
            }
        }

        foreach (var reject in rejects)
        {
            database.Execute(
                """INSERT INTO main.reject (generation_id, "offset", length, bytes, reason, reader_version) VALUES (@p0, @p1, @p2, @p3, @p4, @p5)""",
                generation, reject.Span.Offset, reject.Span.Length, reject.Bytes.ToArray(), Storable(reject.Reason), reject.ReaderVersion);
        }
    }

    // What was learned of texts was committed before.
    protected override void Forget()
    {
    }

    // PostgreSQL has no NUL character in texts.
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    private void Write(NpgsqlBinaryImporter row, JobRows jobs, int at, int column)
    {
        if (!jobs.IsKnown(at, column))
        {
            row.WriteNull();
            return;
        }

        switch (Columns[column])
        {
            case ColumnKind.Text:
                row.Write(ids[(int)jobs.Integer(at, column)], NpgsqlDbType.Bigint);
                break;
            case ColumnKind.FreeText:
                var (start, length) = jobs.Place(at, column);
                row.Write(Encoding.UTF8.GetString(jobs.Bytes.Span.Slice(start, length)), NpgsqlDbType.Text);
                break;
            case ColumnKind.Real:
                row.Write(jobs.Real(at, column), NpgsqlDbType.Double);
                break;
            default:
                row.Write(jobs.Integer(at, column), NpgsqlDbType.Bigint);
                break;
        }
    }

    private HashSet<(long, long, long, long)> InsertStaged(long cluster, long generation)
    {
        using var command = database.Command(insertJobs, cluster, generation);
        using var rows = command.ExecuteReader();
        var added = new HashSet<(long, long, long, long)>();
        while (rows.Read())
        {
            added.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
        }

        return added;
    }

    private bool InsertEvent(Place placed, long cluster, long generation)
    {
        var record = placed.Record!;
        return database.Execute(
            """
            INSERT INTO main.event_record (cluster_id, record_type, event_time, content_hash, fields, generation_id, "offset", length)
            VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7) ON CONFLICT DO NOTHING
            """,
            cluster, record.RecordType, record.EventSeconds, record.ContentHash, record.StoredFields,
            generation, placed.Offset, placed.Length) > 0;
    }

    // What the records that have the keys of staged ones say, by the staged ones' places.
    private Dictionary<int, long> KnownHashes(long cluster)
    {
        using var command = database.Command(
            """
            SELECT place, known.content_hash FROM pg_temp.staged_job JOIN main.job_record known USING (job_id, submit_time, end_time, array_index) WHERE known.cluster_id = @p0
            """,
            cluster);
        using var rows = command.ExecuteReader();
        var hashes = new Dictionary<int, long>();
        while (rows.Read())
        {
            hashes[(int)rows.GetInt64(0)] = rows.GetInt64(1);
        }

        return hashes;
    }

    // The dictionary's numbers of the rows' texts, by their numbers there.
    private long[] TextIds(JobRows jobs)
    {
        var wanted = new string?[jobs.TextCount];
        var found = new long[wanted.Length];
        for (var i = 0; i < found.Length; i++)
        {
            wanted[i] = texts.TryGet(jobs.Text(i), out found[i]) ? null : Encoding.UTF8.GetString(jobs.Text(i));
        }

        var missing = TextIds(wanted.OfType<string>());
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = wanted[i] is { } text ? missing[text] : found[i];
        }

        return found;
    }

    // The numbers of texts; those the dictionary does not have are added, for good.
    private Dictionary<string, long> TextIds(IEnumerable<string> wanted)
    {
        var found = new Dictionary<string, long>();

        // In one order, so that two who add the same texts wait for each other at most once. Each text is looked up by the index:
        // a join may sort the texts instead, and unpacks one of a megabyte then as often as it is compared.
        string[] absent = [.. wanted.Distinct().Order(StringComparer.Ordinal)];
        if (absent.Length == 0)
        {
            return found;
        }

        const string known = "(SELECT text_id FROM main.text_value v WHERE v.value = t.value)", given = "unnest(@p0) WITH ORDINALITY AS t (value, place)";
        database.Execute($"INSERT INTO main.text_value (value) SELECT value FROM {given} WHERE {known} IS NULL ORDER BY place ON CONFLICT DO NOTHING", (object)absent);
        using var command = database.Command($"SELECT place, {known} FROM {given}", (object)absent);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var text = absent[(int)rows.GetInt64(0) - 1];
            found[text] = rows.GetInt64(1);
            texts.Set(Encoding.UTF8.GetBytes(text), found[text]);
        }

        return found;
    }

    private void AddHosts(JobRows jobs)
    {
        var unknown = Enumerable.Range(0, jobs.Count).Where(r => jobs.IsKnown(r, Hosts)).Select(r => (int)jobs.Integer(r, Hosts)).Distinct().Where(t => !hosts.TryGet(jobs.Text(t), out _)).ToList();
        var members = unknown.SelectMany(t => HostSlots.Split(jobs.Text(t)), (t, host) => (Text: ids[t], host.Host, Slots: (long)host.Slots)).ToList();
        if (members.Count > 0)
        {
            var hostIds = TextIds(members.Select(m => m.Host));
            database.Execute(
                "INSERT INTO main.hosts_member SELECT * FROM unnest(@p0, @p1, @p2) ORDER BY 1, 2 ON CONFLICT DO NOTHING",
                members.ConvertAll(m => m.Text).ToArray(), members.ConvertAll(m => hostIds[m.Host]).ToArray(), members.ConvertAll(m => m.Slots).ToArray());
        }

        unknown.ForEach(t => hosts.Set(jobs.Text(t), true));
    }
}
