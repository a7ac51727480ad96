using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>Writes into SQLite, a prepared statement for each row.</summary>
internal sealed class SqliteWriter : StoreWriter
{
    private readonly TextPool<long> texts = new();
    private readonly TextPool<long> hosts = new();
    private readonly List<Statement> statements = [];
    private readonly Statement findText, addText, addHost, lastRow;
    private readonly Statement addJob, findJob, addEvent, addReject, addDuplicate, addFiller, addToDaily, addSegment;
    private long emptyText;

    public SqliteWriter(SqliteDatabase database, SqliteConnection connection, TimeProvider time)
        : base(database, time)
    {
        Statement Prepare(string sql)
        {
            var statement = new Statement(connection, sql);
            statements.Add(statement);
            return statement;
        }

        lastRow = Prepare("SELECT last_insert_rowid()");
        findText = Prepare("SELECT text_id FROM text_value WHERE value = ?");
        addText = Prepare("INSERT INTO text_value (value) VALUES (?)");
        addHost = Prepare("INSERT OR IGNORE INTO hosts_member VALUES (?, ?, ?)");
        addJob = Prepare(
            $"""
            INSERT INTO job_record (cluster_id, {string.Join(", ", JobColumns.All)}, generation_id, "offset", length)
            VALUES (?{string.Concat(JobColumns.All.Select(_ => ", ?"))}, ?, ?, ?) ON CONFLICT DO NOTHING
            """);
        findJob = Prepare("SELECT content_hash FROM job_record WHERE cluster_id = ? AND job_id = ? AND array_index = ? AND submit_time = ? AND event_time = ?");
        addEvent = Prepare(
            """
            INSERT INTO event_record (cluster_id, record_type, event_time, content_hash, fields, generation_id, "offset", length)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """);
        addReject = Prepare("""INSERT INTO reject (generation_id, "offset", length, bytes, reason, reader_version, rejected_at) VALUES (?, ?, ?, ?, ?, ?, ?)""");
        addDuplicate = Prepare("INSERT INTO duplicate VALUES (?, ?, ?)");
        addFiller = Prepare("INSERT INTO filler VALUES (?, ?, ?)");
        addSegment = Prepare(
            """
            INSERT INTO segment (generation_id, "offset", length, checksum, bytes) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (generation_id, "offset") DO UPDATE SET length = excluded.length, checksum = excluded.checksum, bytes = excluded.bytes
            """);
        addToDaily = Prepare(
            $"INSERT INTO daily ({string.Join(", ", StoreRollup.AllColumns)}) VALUES (?{string.Concat(StoreRollup.AllColumns.Skip(1).Select(_ => ", ?"))}) {StoreRollup.AddToThere(database)}");
    }

    public override void Dispose() => statements.ForEach(s => s.Dispose());

    protected override void Stage(IReadOnlyList<Placed> records)
    {
    }

    protected override IReadOnlyList<CommitOutcome> Insert(IReadOnlyList<Placed> records, long cluster, long generation)
    {
        var outcomes = new CommitOutcome[records.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = records[i].Record is JobRecord job ? Insert(job, records[i], cluster, generation) : InsertEvent(records[i], cluster, generation);
        }

        return outcomes;
    }

    protected override void Keep(long generation, long offset, PackedBytes bytes) =>
        addSegment.Bind(generation).Bind(offset).Bind(bytes.Length).Bind(bytes.Checksum).BindBlob(bytes.Bytes.Span).Run();

    protected override void AddToDaily(IReadOnlyDictionary<RollupKey, JobSums> sums)
    {
        foreach (var (key, sum) in sums)
        {
            addToDaily.Bind(key.Cluster).Bind(key.Day).Bind(key.User).Bind(key.Queue).Bind(key.Project).Bind(key.State);
            foreach (var value in StoreRollup.Values(sum))
            {
                addToDaily.Bind(value);
            }

            addToDaily.Run();
        }
    }

    protected override void AddOthers(long generation, IReadOnlyList<Span> filler, IReadOnlyList<Span> duplicates, IReadOnlyList<Reject> rejects)
    {
        foreach (var span in filler)
        {
            addFiller.Bind(generation).Bind(span.Offset).Bind(span.Length).Run();
        }

        foreach (var span in duplicates)
        {
            addDuplicate.Bind(generation).Bind(span.Offset).Bind(span.Length).Run();
        }

        foreach (var reject in rejects)
        {
            addReject.Bind(generation).Bind(reject.Span.Offset).Bind(reject.Span.Length).BindBlob(reject.Bytes.Span).Bind(reject.Reason)
                .Bind(reject.ReaderVersion).Bind(reject.RejectedAt).Run();
        }
    }

    protected override void Forget()
    {
        texts.Clear();
        hosts.Clear();
        emptyText = 0;
        statements.ForEach(s => s.Reset());
    }

    private CommitOutcome Insert(JobRecord job, Placed placed, long cluster, long generation)
    {
        var (user, queue, project, state) = (TextId(job, JobText.User), TextId(job, JobText.Queue), TextId(job, JobText.Project), TextId(job, JobText.State));
        Bind(addJob.Bind(cluster), job);
        if (BindPlace(addJob, placed, generation).Run() > 0)
        {
            Count(cluster, job, user, queue, project, state);
            return CommitOutcome.Added;
        }

        return findJob.Bind(cluster).Bind(job.JobId).Bind(job.ArrayIndex).Bind(job.SubmitSeconds).Bind(job.EventSeconds).Scalar() == job.ContentHash
            ? CommitOutcome.Duplicate
            : CommitOutcome.Conflict;
    }

    private CommitOutcome InsertEvent(Placed placed, long cluster, long generation)
    {
        var record = placed.Record;
        addEvent.Bind(cluster).Bind(record.RecordType).Bind(record.EventSeconds).Bind(record.ContentHash).Bind(JsonSerializer.Serialize(record, record.GetType(), StoredJson.Default));
        return BindPlace(addEvent, placed, generation).Run() > 0 ? CommitOutcome.Added : CommitOutcome.Duplicate;
    }

    // In the order of JobColumns.All.
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

    private static Statement BindPlace(Statement statement, Placed placed, long generation) => statement.Bind(generation).Bind(placed.Offset).Bind(placed.Length);

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
            foreach (var range in text.Split((byte)' '))
            {
                if (HostSlots.Of(text[range], out var host) is var slots && !host.IsEmpty)
                {
                    addHost.Bind(id).Bind(TextId(host)).Bind(slots).Run();
                }
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
}
