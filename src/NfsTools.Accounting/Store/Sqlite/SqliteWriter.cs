using System.Buffers;
using Microsoft.Data.Sqlite;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>Writes into SQLite, a prepared statement for each row.</summary>
internal sealed class SqliteWriter : StoreWriter
{
    private static readonly ColumnKind[] Columns = [.. JobColumns.Stored.Select(c => c.Kind)];
    private static readonly int Hosts = JobColumns.Hosts.Place;
    private readonly TextPool<long> texts = new();
    private readonly TextPool<bool> hosts = new();
    private readonly List<Statement> statements = [];

    // What the columns of the last job were bound to, where that stands for the next job too: most of its columns are the same.
    private readonly long?[] bound = new long?[Columns.Length];
    private readonly bool[] isBoundNull = new bool[Columns.Length];
    private readonly Statement findText, addText, addHost, lastRow;
    private readonly Statement addJob, findJob, addEvent, addReject, addDuplicate, addFiller, addToDaily, addSegment;

    public SqliteWriter(SqliteDatabase database, SqliteConnection connection)
        : base(database)
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
            INSERT INTO job_record (cluster_id, {string.Join(", ", JobColumns.Stored.Select(c => c.StoredName))}, content_hash, generation_id, "offset", length)
            VALUES (?{string.Concat(JobColumns.Stored.Select(_ => ", ?"))}, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """);
        findJob = Prepare("SELECT content_hash FROM job_record WHERE cluster_id = ? AND job_id = ? AND array_index = ? AND submit_time = ? AND end_time = ?");
        addEvent = Prepare(
            """
            INSERT INTO event_record (cluster_id, record_type, event_time, content_hash, fields, generation_id, "offset", length)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """);
        addReject = Prepare("""INSERT INTO reject (generation_id, "offset", length, bytes, reason, reader_version) VALUES (?, ?, ?, ?, ?, ?)""");
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

    protected override void Stage(Placed records)
    {
    }

    protected override IReadOnlyList<CommitOutcome> Insert(Placed records, long cluster, long generation)
    {
        var (outcomes, jobs, row) = (new CommitOutcome[records.Records.Count], records.Jobs, 0);
        using var texts = jobs.Bytes.Pin();
        var ids = TextIds(jobs);
        for (var i = 0; i < outcomes.Length; i++)
        {
            var placed = records.Records[i];
            outcomes[i] = placed.IsJob ? Insert(jobs, row++, ids, texts, placed, cluster, generation) : InsertEvent(placed, cluster, generation);
        }

        return outcomes;
    }

    protected override void Keep(long generation, long offset, PackedBytes bytes) =>
        addSegment.Bind(generation).Bind(offset).Bind(bytes.Length).Bind(bytes.Checksum).BindBlob(bytes.Bytes.Span).Run();

    protected override void AddToDaily(RollupSums sums, RollupKey[] keys)
    {
        foreach (var key in keys)
        {
            for (var part = 0; part < RollupKey.Parts; part++)
            {
                addToDaily.Bind(key[part]);
            }

            // What is no number is bound as NULL.
            foreach (var value in sums.Of(key))
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
                .Bind(reject.ReaderVersion).Run();
        }
    }

    protected override void Forget()
    {
        texts.Clear();
        hosts.Clear();
        Array.Clear(bound);
        Array.Clear(isBoundNull);
        statements.ForEach(s => s.Reset());
    }

    private unsafe CommitOutcome Insert(JobRows jobs, int row, long[] ids, MemoryHandle texts, Place placed, long cluster, long generation)
    {
        addJob.Bind(cluster);
        for (var i = 0; i < Columns.Length; i++)
        {
            if (!jobs.IsKnown(row, i))
            {
                _ = isBoundNull[i] ? addJob.Keep() : addJob.BindNull();
                (bound[i], isBoundNull[i]) = (null, true);
                continue;
            }

            isBoundNull[i] = false;
            if (Columns[i] == ColumnKind.FreeText)
            {
                var (start, length) = jobs.Place(row, i);
                addJob.BindPinned((byte*)texts.Pointer + start, length);
                continue;
            }

            var value = Columns[i] == ColumnKind.Text ? ids[(int)jobs.Integer(row, i)] : jobs.Integer(row, i);
            _ = bound[i] == value ? addJob.Keep() : Columns[i] == ColumnKind.Real ? addJob.Bind(BitConverter.Int64BitsToDouble(value)) : addJob.Bind(value);
            bound[i] = value;
        }

        if (BindPlace(addJob.Bind(jobs.ContentHash(row)), placed, generation).Run() > 0)
        {
            Count(cluster, jobs, row, ids);
            return CommitOutcome.Added;
        }

        var key = jobs.Key(row);
        return findJob.Bind(cluster).Bind(key.Job).Bind(key.Element).Bind(key.Submitted).Bind(key.Ended).Scalar() == jobs.ContentHash(row)
            ? CommitOutcome.Duplicate
            : CommitOutcome.Conflict;
    }

    private CommitOutcome InsertEvent(Place placed, long cluster, long generation)
    {
        var record = placed.Record!;
        addEvent.Bind(cluster).Bind(record.RecordType).Bind(record.EventSeconds).Bind(record.ContentHash).Bind(record.StoredFields);
        return BindPlace(addEvent, placed, generation).Run() > 0 ? CommitOutcome.Added : CommitOutcome.Duplicate;
    }

    private static Statement BindPlace(Statement statement, Place placed, long generation) => statement.Bind(generation).Bind(placed.Offset).Bind(placed.Length);

    // The dictionary's numbers of the rows' texts, by their numbers there.
    private long[] TextIds(JobRows jobs)
    {
        var ids = new long[jobs.TextCount];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = TextId(jobs.Text(i));
        }

        var areThere = new bool[ids.Length];
        for (var row = 0; row < jobs.Count; row++)
        {
            if (jobs.IsKnown(row, Hosts) && (int)jobs.Integer(row, Hosts) is var text && !areThere[text])
            {
                areThere[text] = true;
                AddHosts(jobs.Text(text), ids[text]);
            }
        }

        return ids;
    }

    // It lies in memory that is pinned: one of megabytes is not copied.
    private unsafe long TextId(ReadOnlySpan<byte> text)
    {
        if (!texts.TryGet(text, out var id))
        {
            fixed (byte* at = text)
            {
                id = findText.BindPinned(at, text.Length).Scalar() ?? Added(addText.BindPinned(at, text.Length));
            }

            texts.Set(text, id);
        }

        return id;
    }

    private void AddHosts(ReadOnlySpan<byte> text, long id)
    {
        if (hosts.TryGet(text, out _))
        {
            return;
        }

        for (var rest = text; HostSlots.TryNext(ref rest, out var host, out var slots);)
        {
            addHost.Bind(id).Bind(TextId(host)).Bind(slots).Run();
        }

        hosts.Set(text, true);
    }

    private long Added(Statement insert)
    {
        insert.Run();
        return lastRow.Scalar()!.Value;
    }
}
