using NfsTools.Accounting.Model;
using Npgsql;

namespace NfsTools.Accounting.Store.Postgres;

/// <summary>
/// Writes into PostgreSQL. The texts of the dictionary are added for good before the transaction begins that locks what others use. A
/// batch's jobs are copied into their table in it; where some are known already, by way of a table of this session's own, into which
/// those of the next batch are copied before its transaction, until one has none.
/// </summary>
internal sealed class PostgresWriter : StoreWriter
{
    private static readonly ColumnKind[] Columns = [.. JobColumns.Stored.Select(c => c.Kind)];
    private const string Key = "job_id, submit_time, end_time, array_index, cluster_id";
    // Hash, offset, length, cluster, generation.
    private const int BesideColumns = 5;
    private readonly PostgresDatabase database;
    private readonly NpgsqlConnection connection;
    private readonly PostgresTexts texts;
    private readonly string copyJobs, stageJobs, insertJobs, stageDaily, addToDaily;
    private long[] ids = [];

    // As a rule all are, or few.
    private bool expectsNew = true;

    public PostgresWriter(PostgresDatabase database, NpgsqlConnection connection)
        : base(database)
    {
        (this.database, this.connection, texts) = (database, connection, new PostgresTexts(database));
        var columns = $"""{string.Join(", ", JobColumns.Stored.Select(c => c.StoredName))}, content_hash, "offset", length""";
        string Copy(string table) => $"COPY {table} ({columns}, cluster_id, generation_id) FROM STDIN (FORMAT binary)";

        // Of a writer before this one on the same connection.
        database.Execute("DROP TABLE IF EXISTS pg_temp.staged_job, pg_temp.staged_daily");
        database.Execute($"CREATE TABLE pg_temp.staged_job AS SELECT {columns}, cluster_id, generation_id FROM main.job_record WITH NO DATA");
        (copyJobs, stageJobs) = (database.Qualify(Copy("main.job_record")), Copy("pg_temp.staged_job"));
        insertJobs =
            $"""
            INSERT INTO main.job_record ({columns}, cluster_id, generation_id) SELECT {columns}, @p0, @p1 FROM pg_temp.staged_job ORDER BY "offset"
            ON CONFLICT ({Key}) DO NOTHING RETURNING job_id, submit_time, end_time, array_index
            """;
        var daily = string.Join(", ", StoreRollup.AllColumns);
        database.Execute($"CREATE TABLE pg_temp.staged_daily AS SELECT {daily} FROM main.daily WITH NO DATA");
        stageDaily = $"COPY pg_temp.staged_daily ({daily}) FROM STDIN (FORMAT binary)";
        addToDaily = $"INSERT INTO main.daily ({daily}) SELECT {daily} FROM pg_temp.staged_daily {StoreRollup.AddToThere(database)}";
    }

    // The tables go with the connection.
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

        ids = texts.Ids(jobs);
        texts.AddHosts(jobs, ids);
        if (!expectsNew)
        {
            CopyAside(records);
        }
    }

    protected override IReadOnlyList<CommitOutcome> Insert(Placed records, long cluster, long generation)
    {
        var (outcomes, jobs, row) = (new CommitOutcome[records.Records.Count], records.Jobs, 0);

        // Null where all are new.
        var added = jobs.Count == 0 ? null : InsertJobs(records, cluster, generation);
        var known = new List<(int Place, long Hash)>();
        foreach (var (i, placed) in records.Records.Index())
        {
            if (!placed.IsJob)
            {
                outcomes[i] = InsertEvent(placed, cluster, generation) ? CommitOutcome.Added : CommitOutcome.Duplicate;
                continue;
            }

            if (added?.Remove(jobs.Key(row)) ?? true)
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
            known.ForEach(k => outcomes[k.Place] = hashes[records.Records[k.Place].Offset] == k.Hash ? CommitOutcome.Duplicate : CommitOutcome.Conflict);
        }

        if (jobs.Count > 0)
        {
            expectsNew = known.Count == 0;
        }

        return outcomes;
    }

    protected override void Keep(long generation, long offset, PackedBytes bytes) => database.Execute(
        """
        INSERT INTO main.segment (generation_id, "offset", length, checksum, bytes) VALUES (@p0, @p1, @p2, @p3, @p4)
        ON CONFLICT (generation_id, "offset") DO UPDATE SET length = excluded.length, checksum = excluded.checksum, bytes = excluded.bytes
        """,
        generation, offset, (long)bytes.Length, bytes.Checksum, bytes.Bytes);

    // As arrays they would cost the client several times as much.
    protected override void AddToDaily(RollupSums sums, RollupKey[] keys)
    {
        database.Execute("TRUNCATE pg_temp.staged_daily");
        using (var rows = new BinaryCopy(connection, stageDaily, StoreRollup.AllColumns.Length))
        {
            foreach (var key in keys)
            {
                rows.StartRow();
                for (var part = 0; part < RollupKey.Parts; part++)
                {
                    rows.Write(key[part]);
                }

                foreach (var sum in sums.Of(key))
                {
                    rows.WriteNumber(sum);
                }
            }

            rows.Complete();
        }

        database.Execute(addToDaily);
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

    // The keys of those that are new; null where all are.
    private HashSet<(long, long, long, long)>? InsertJobs(Placed records, long cluster, long generation)
    {
        if (expectsNew)
        {
            if (TryCopy(records, cluster, generation))
            {
                return null;
            }

            CopyAside(records);
        }

        return InsertStaged(cluster, generation);
    }

    // Half the server's work: no second table, no look at the key beforehand. What the server had inserted before it met a job that is known is undone.
    private bool TryCopy(Placed records, long cluster, long generation)
    {
        const string here = "new_jobs";
        database.Execute($"SAVEPOINT {here}");
        try
        {
            Copy(copyJobs, records, cluster, generation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            database.Execute($"ROLLBACK TO SAVEPOINT {here}");
            return false;
        }

        database.Execute($"RELEASE SAVEPOINT {here}");
        return true;
    }

    // Which generation they are of is not known yet, as a rule.
    private void CopyAside(Placed records)
    {
        database.Execute("TRUNCATE pg_temp.staged_job");
        Copy(stageJobs, records, cluster: 0, generation: 0);
    }

    private void Copy(string sql, Placed records, long cluster, long generation)
    {
        using var rows = new BinaryCopy(connection, sql, Columns.Length + BesideColumns);
        var (jobs, row) = (records.Jobs, 0);
        foreach (var placed in records.Records)
        {
            if (!placed.IsJob)
            {
                continue;
            }

            rows.StartRow();
            for (var i = 0; i < Columns.Length; i++)
            {
                Write(rows, jobs, row, i);
            }

            rows.Write(jobs.ContentHash(row));
            rows.Write(placed.Offset);
            rows.Write(placed.Length);
            rows.Write(cluster);
            rows.Write(generation);
            row++;
        }

        rows.Complete();
    }

    private void Write(BinaryCopy rows, JobRows jobs, int row, int column)
    {
        if (!jobs.IsKnown(row, column))
        {
            rows.WriteNull();
            return;
        }

        switch (Columns[column])
        {
            case ColumnKind.Text:
                rows.Write(ids[(int)jobs.Integer(row, column)]);
                break;
            case ColumnKind.FreeText:
                var (start, length) = jobs.Place(row, column);
                rows.Write(jobs.Bytes.Span.Slice(start, length));
                break;
            default:
                // A number's bits are those that COPY takes.
                rows.Write(jobs.Integer(row, column));
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

    // What the records that have the keys of staged ones say, by the staged ones' offsets.
    private Dictionary<long, long> KnownHashes(long cluster)
    {
        using var command = database.Command(
            """
            SELECT staged_job."offset", known.content_hash FROM pg_temp.staged_job JOIN main.job_record known USING (job_id, submit_time, end_time, array_index) WHERE known.cluster_id = @p0
            """,
            cluster);
        using var rows = command.ExecuteReader();
        var hashes = new Dictionary<long, long>();
        while (rows.Read())
        {
            hashes[rows.GetInt64(0)] = rows.GetInt64(1);
        }

        return hashes;
    }
}
