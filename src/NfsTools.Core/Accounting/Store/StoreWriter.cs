using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NfsTools.Accounting.Formats;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>Writes batches: rows, rejects, roll-up and position together, or nothing.</summary>
internal sealed class StoreWriter : IDisposable
{
    private readonly TimeProvider time;
    private readonly TextPool<long> texts = new();
    private readonly TextPool<long> hosts = new();
    private readonly List<Statement> statements = [];
    private long emptyText;
    private readonly Statement begin, commit, rollback;
    private readonly Statement findCluster, addCluster, findText, addText, addHost;
    private readonly Dictionary<RollupKey, JobSums> rollup = [];
    private readonly Statement addGeneration, moveGeneration, addJob, findJob, addEvent;
    private readonly Statement addReject, oldReject, seeReject, dropReject, addDuplicate, addFiller, addToDaily, lastRow;

    public StoreWriter(SqliteConnection connection, TimeProvider time)
    {
        this.time = time;
        Statement Prepare(string sql)
        {
            var statement = new Statement(connection, sql);
            statements.Add(statement);
            return statement;
        }

        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        rollback = Prepare("ROLLBACK");
        lastRow = Prepare("SELECT last_insert_rowid()");
        findCluster = Prepare("SELECT cluster_id FROM cluster WHERE name = ?");
        addCluster = Prepare("INSERT INTO cluster (name) VALUES (?)");
        findText = Prepare("SELECT text_id FROM text_value WHERE value = ?");
        addText = Prepare("INSERT INTO text_value (value) VALUES (?)");
        addHost = Prepare("INSERT OR IGNORE INTO hosts_member VALUES (?, ?, ?)");
        addGeneration = Prepare(
            """
            INSERT INTO generation (cluster_id, format, live_path, path, fingerprint, variant, position, tail_hash, tail_length, created_at, committed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """);
        moveGeneration = Prepare("UPDATE generation SET path = ?, position = ?, tail_hash = ?, tail_length = ?, committed_at = ? WHERE generation_id = ? AND position = ?");
        var columns = JobColumns.Dictionary.Select(c => c.Name + "_id")
            .Concat(JobColumns.Integers.Select(c => c.Name)).Concat(JobColumns.Reals.Select(c => c.Name)).Concat(JobColumns.Inline.Select(c => c.Name)).ToList();
        addJob = Prepare(
            $"""
            INSERT INTO job_record (cluster_id, {string.Join(", ", columns)}, generation_id, offset, length)
            VALUES (?{string.Concat(columns.Select(_ => ", ?"))}, ?, ?, ?) ON CONFLICT DO NOTHING
            """);
        findJob = Prepare("SELECT content_hash FROM job_record WHERE cluster_id = ? AND job_id = ? AND array_index = ? AND submit_time = ? AND event_time = ?");
        addEvent = Prepare(
            """
            INSERT INTO event_record (cluster_id, record_type, event_time, content_hash, fields, generation_id, offset, length)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """);
        addReject = Prepare("INSERT INTO reject (generation_id, offset, length, bytes, reason, reader_version, rejected_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
        oldReject = Prepare(
            """
            SELECT reject_id, generation_id, offset, length, bytes FROM reject JOIN generation USING (generation_id) JOIN cluster USING (cluster_id)
            WHERE name = ? AND format = ? AND reader_version < ?
            """);
        seeReject = Prepare("UPDATE reject SET reader_version = ? WHERE reject_id = ?");
        dropReject = Prepare("DELETE FROM reject WHERE reject_id = ?");
        addDuplicate = Prepare("INSERT INTO duplicate VALUES (?, ?, ?)");
        addFiller = Prepare("INSERT INTO filler VALUES (?, ?, ?)");
        addToDaily = Prepare(StoreRollup.Add);
    }

    /// <summary>Stores a batch and moves the generation's position behind it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="conflicts">Receives records with the key of another record in the store, if wanted; they are stored as rejects.</param>
    /// <exception cref="StoreMovedException">Another process did so before; nothing was stored.</exception>
    public CommitResult Commit(CommitBatch batch, ICollection<AccountingRecord>? conflicts = null)
    {
        var tail = LogSegment.Tail(batch.Data.Span);
        var end = batch.Start + batch.Data.Length;
        var (result, id) = InTransaction(() =>
        {
            var cluster = Cluster(batch.Cluster);
            var generation = Move(batch, cluster, end, tail);
            return (Add(batch, cluster, generation, conflicts), generation);
        });
        batch.Generation.Id = id;
        batch.Generation.MoveTo(end, tail);
        return result;
    }

    /// <summary>Stores records that belong to no generation; those the store has already are passed over.</summary>
    /// <param name="records">The records, each with its cluster.</param>
    /// <param name="conflicts">Receives records with the key of another record in the store; they are not stored.</param>
    public CommitResult Add(IReadOnlyCollection<AccountingRecord> records, ICollection<AccountingRecord> conflicts) => InTransaction(() =>
    {
        var (added, duplicates) = (0L, 0L);
        foreach (var record in records)
        {
            switch (Insert(record, Cluster(record.Cluster), null, 0, 0))
            {
                case Outcome.Added:
                    added++;
                    break;
                case Outcome.Duplicate:
                    duplicates++;
                    break;
                default:
                    conflicts.Add(record);
                    break;
            }
        }

        return new CommitResult(added, duplicates, conflicts.Count);
    });

    /// <summary>Reads again what an older version of the reader rejected.</summary>
    /// <returns>How many rejects are records now.</returns>
    public long RetryRejects(string cluster, IRecordFormat format) => InTransaction(() =>
    {
        var olds = new List<(long Id, long Generation, long Offset, int Length, byte[] Bytes)>();
        oldReject.Bind(cluster).Bind(format.Name).Bind(format.Version);
        while (oldReject.Next())
        {
            olds.Add((oldReject.Integer(0), oldReject.Integer(1), oldReject.Integer(2), (int)oldReject.Integer(3), oldReject.Blob(4)));
        }

        oldReject.Reset();
        var read = 0L;
        foreach (var old in olds)
        {
            var record = old.Bytes.Contains((byte)0) ? null : format.Parse(old.Bytes).Record;
            if (record is not null && Insert(record, Cluster(cluster), old.Generation, old.Offset, old.Length) == Outcome.Added)
            {
                dropReject.Bind(old.Id).Run();
                read++;
            }
            else
            {
                seeReject.Bind(format.Version).Bind(old.Id).Run();
            }
        }

        return read;
    });

    public void Dispose() => statements.ForEach(s => s.Dispose());

    // The roll-up takes in the jobs that this transaction adds.
    private T InTransaction<T>(Func<T> work)
    {
        begin.Run();
        try
        {
            rollup.Clear();
            var result = work();
            foreach (var (key, sums) in rollup)
            {
                addToDaily.Bind(key.Cluster).Bind(key.Day).Bind(key.User).Bind(key.Queue).Bind(key.Project).Bind(key.State);
                foreach (var value in StoreRollup.Values(sums))
                {
                    addToDaily.Bind(value);
                }

                addToDaily.Run();
            }

            commit.Run();
            return result;
        }
        catch
        {
            // What the pools learned in this transaction is not in the store.
            texts.Clear();
            hosts.Clear();
            emptyText = 0;
            statements.ForEach(s => s.Reset());
            try
            {
                rollback.Run();
            }
            catch (SqliteException)
            {
                // A full disk or an I/O error has rolled back already; the first error is the one to tell.
            }

            throw;
        }
    }

    private long Move(CommitBatch batch, long cluster, long end, (string Hash, int Length) tail)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var generation = batch.Generation;
        var moved = generation.Id == 0
            ? addGeneration.Bind(cluster).Bind(batch.Format.Name).Bind(batch.LivePath).Bind(batch.Path).Bind(generation.Fingerprint).Bind(generation.Variant)
                .Bind(end).Bind(tail.Hash).Bind(tail.Length).Bind(now).Bind(now).Run()
            : moveGeneration.Bind(batch.Path).Bind(end).Bind(tail.Hash).Bind(tail.Length).Bind(now).Bind(generation.Id).Bind(batch.Start).Run();
        return moved == 0 ? throw new StoreMovedException() : generation.Id == 0 ? lastRow.Scalar()!.Value : generation.Id;
    }

    private CommitResult Add(CommitBatch batch, long cluster, long generation, ICollection<AccountingRecord>? conflicts)
    {
        var (records, duplicates, rejects) = (0L, 0L, 0L);
        foreach (var unit in batch.Units)
        {
            var offset = batch.Start + unit.Offset;
            if (unit.Kind == UnitKind.Filler)
            {
                addFiller.Bind(generation).Bind(offset).Bind(unit.Length).Run();
                continue;
            }

            var outcome = unit.Record is null ? Outcome.Conflict : Insert(unit.Record, cluster, generation, offset, unit.Length);
            switch (outcome)
            {
                case Outcome.Added:
                    records++;
                    break;
                case Outcome.Duplicate:
                    addDuplicate.Bind(generation).Bind(offset).Bind(unit.Length).Run();
                    duplicates++;
                    break;
                default:
                    addReject.Bind(generation).Bind(offset).Bind(unit.Length).BindBlob(batch.Data.Span.Slice(unit.Offset, unit.Length))
                        .Bind(unit.Reason ?? $"the store holds another {unit.Record!.RecordType} of the same job, submission and end, which says something else")
                        .Bind(batch.Format.Version).Bind(time.GetUtcNow().ToUnixTimeSeconds()).Run();
                    rejects++;
                    if (unit.Record is not null)
                    {
                        conflicts?.Add(unit.Record);
                    }

                    break;
            }
        }

        return new CommitResult(records, duplicates, rejects);
    }

    private Outcome Insert(AccountingRecord record, long cluster, long? generation, long offset, int length)
    {
        if (record is JobRecord job)
        {
            var key = new RollupKey(cluster, RollupKey.DayOf(job.EventSeconds), TextId(job, JobText.User), TextId(job, JobText.Queue), TextId(job, JobText.Project), TextId(job, JobText.State));
            Bind(addJob.Bind(cluster), job);
            if (BindPlace(addJob, generation, offset, length).Run() > 0)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(rollup, key, out _) ??= new JobSums()).Add(JobMeasure.Of(job));
                return Outcome.Added;
            }

            return findJob.Bind(cluster).Bind(job.JobId).Bind(job.ArrayIndex).Bind(job.SubmitSeconds).Bind(job.EventSeconds).Scalar() == job.ContentHash
                ? Outcome.Duplicate
                : Outcome.Conflict;
        }

        addEvent.Bind(cluster).Bind(record.RecordType).Bind(record.EventSeconds).Bind(record.ContentHash).Bind(JsonSerializer.Serialize(record, record.GetType()));
        return BindPlace(addEvent, generation, offset, length).Run() > 0 ? Outcome.Added : Outcome.Duplicate;
    }

    private void Bind(Statement statement, JobRecord job)
    {
        foreach (var (text, _) in JobColumns.Dictionary)
        {
            statement.Bind(text == JobText.Hosts ? HostsId(job.Utf8(text)) : TextId(job, text));
        }

        foreach (var (_, value) in JobColumns.Integers)
        {
            statement.Bind(value(job));
        }

        foreach (var (_, value) in JobColumns.Reals)
        {
            statement.Bind(value(job));
        }

        foreach (var (text, _) in JobColumns.Inline)
        {
            statement.Bind(job.Utf8(text));
        }
    }

    private static Statement BindPlace(Statement statement, long? generation, long offset, int length) => generation is { } id
        ? statement.Bind(id).Bind(offset).Bind(length)
        : statement.BindNull().BindNull().BindNull();

    private long Cluster(string name) => findCluster.Bind(name).Scalar() ?? Added(addCluster.Bind(name));

    private long TextId(JobRecord job, JobText text) => TextId(job.Utf8(text));

    private long TextId(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty && emptyText > 0)
        {
            return emptyText;
        }

        if (!texts.TryGet(text, out var id))
        {
            id = findText.Bind(text).Scalar() ?? Added(addText.Bind(text));
            texts.Set(text, id);
            emptyText = text.IsEmpty ? id : emptyText;
        }

        return id;
    }

    private long HostsId(ReadOnlySpan<byte> text)
    {
        if (!hosts.TryGet(text, out var id))
        {
            id = TextId(text);
            foreach (var (host, slots) in HostSlots.Split(LogText.Decode(text)))
            {
                addHost.Bind(id).Bind(TextId(System.Text.Encoding.UTF8.GetBytes(host))).Bind(slots).Run();
            }

            hosts.Set(text, id);
        }

        return id;
    }

    private long Added(Statement insert)
    {
        insert.Run();
        return lastRow.Scalar()!.Value;
    }

    private enum Outcome
    {
        Added,
        Duplicate,
        Conflict,
    }
}
