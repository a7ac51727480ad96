using System.Data.Common;
using NfsTools.Accounting.Model;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>Writes batches: rows, rejects, roll-up and position together, or nothing. How many rows go in at once is the database's.</summary>
internal abstract partial class StoreWriter(StoreDatabase database) : IDisposable
{
    private const string OneLog = "cluster_id = @p0 AND format = @p1 AND live_path = @p2";
    private readonly long? rebuilds = Rebuilds(database);
    private readonly RollupSums rollup = new();
    private readonly ReplacedJobs replaced = new(database);

    /// <summary>Whether the store was rebuilt since this was made: nothing can be written by it any more.</summary>
    public bool IsOutdated => Rebuilds(database) != rebuilds;

    /// <summary>Stores a batch and moves the generation's position behind it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="lease">What the collector holds, if it is one.</param>
    /// <param name="conflicts">Receives records with the key of another record in the store, if wanted; they are stored as rejects.</param>
    /// <exception cref="StoreMovedException">Another process did so before; nothing was stored.</exception>
    /// <exception cref="NotNewException">A record is not new (<see cref="CommitBatch.NewOnly"/>); nothing was stored.</exception>
    /// <exception cref="LeaseLostException">Another collector has taken over; nothing was stored.</exception>
    public CommitResult Commit(CommitBatch batch, StoreLease? lease, ICollection<AccountingRecord>? conflicts = null)
    {
        var tail = LogSegment.Tail(batch.Data.Span);
        var end = batch.Start + batch.Data.Length;
        var places = new List<Place>(batch.Units.Count);
        places.AddRange(batch.Units.Where(u => u.Kind == UnitKind.Record).Select(u => new Place(u.Record, batch.Start + u.Offset, u.Length)));
        var records = new Placed(places, batch.Jobs);
        AddPartsThatAreThere(records, batch.Format, batch.Cluster);
        Stage(records);
        var (offset, pieces) = Pack(batch);
        var (result, id) = InTransaction(() =>
        {
            RequireSame();
            lease?.Confirm(database, batch.Cluster);
            var cluster = Cluster(batch.Cluster);
            var generation = Move(batch, cluster, end, tail);
            var at = offset;
            foreach (var piece in pieces)
            {
                Keep(generation, at, piece);
                at += piece.Length;
            }

            var outcomes = Insert(records, cluster, generation);
            if (CommandLog.Is(batch.Generation.Fingerprint))
            {
                outcomes = Replace(records, outcomes, batch, cluster, generation);
            }

            Complete(records, outcomes, batch.Format, cluster, generation);
            if (batch.Answered is { } answered)
            {
                AddAnswer(Log(batch), answered, cluster, (generation, batch.Start), batch.Data.Length);
            }

            return !batch.NewOnly || outcomes.All(o => o == CommitOutcome.Added) ? (Add(batch, outcomes, generation, conflicts), generation) : throw new NotNewException(outcomes);
        });
        foreach (var piece in pieces)
        {
            piece.Release();
        }

        (batch.Generation.Id, batch.Generation.LivePath) = (id, batch.Generation.LivePath ?? batch.LivePath);
        batch.Generation.MoveTo(end, tail);
        return result;
    }

    public abstract void Dispose();

    /// <summary>Makes records ready to be inserted: whatever may take long and nobody else sees, before a transaction holds anything.</summary>
    protected abstract void Stage(Placed records);

    /// <summary>Inserts what was staged, in its order, and counts in (<see cref="Count"/>) each job that is new.</summary>
    protected abstract IReadOnlyList<CommitOutcome> Insert(Placed records, long cluster, long generation);

    /// <summary>Keeps bytes of a generation, in place of what is kept from their offset on.</summary>
    protected abstract void Keep(long generation, long offset, PackedBytes bytes);

    /// <summary>Adds rows to the roll-up.</summary>
    /// <param name="sums">The rows.</param>
    /// <param name="keys">Their keys, in the order of the table.</param>
    protected abstract void AddToDaily(RollupSums sums, RollupKey[] keys);

    /// <summary>Adds what a generation has beside new records.</summary>
    protected abstract void AddOthers(long generation, IReadOnlyList<Span> filler, IReadOnlyList<Span> duplicates, IReadOnlyList<Reject> rejects);

    /// <summary>Forgets what was learned in a transaction that is rolled back now.</summary>
    protected abstract void Forget();

    // The roll-up takes in the jobs that this transaction adds.
    private T InTransaction<T>(Func<T> work)
    {
        using var transaction = database.BeginChange();
        try
        {
            rollup.Clear();
            replaced.Clear();
            var result = work();
            if (rollup.Count > 0)
            {
                AddRollup();
            }

            if (replaced.IsCountedAnew)
            {
                Recount();
            }

            transaction.Commit();
            return result;
        }
        catch
        {
            Forget();
            try
            {
                transaction.Rollback();
            }
            catch (Exception e) when (e is DbException or InvalidOperationException || database.IsBroken)
            {
                // A full disk or a lost connection has rolled back already; the first error is the one to tell.
            }

            throw;
        }
    }

    // Of what a command answers of a job, the last counts: it takes the place of what it said before, in this answer too.
    private CommitOutcome[] Replace(Placed records, IReadOnlyList<CommitOutcome> outcomes, CommitBatch batch, long cluster, long generation)
    {
        CommitOutcome[] all = [.. outcomes];
        if (!all.Contains(CommitOutcome.Conflict))
        {
            return all;
        }

        var again = new List<int>();
        foreach (var versions in records.Records.Index().Where(r => r.Item.Record is JobRecord).GroupBy(r => KeyOf((JobRecord)r.Item.Record!), r => r.Index))
        {
            if (versions.Any(i => all[i] == CommitOutcome.Conflict) && replaced.TakeOut(Log(batch), cluster, versions.Key))
            {
                foreach (var i in versions.Where(i => all[i] == CommitOutcome.Conflict))
                {
                    all[i] = CommitOutcome.Duplicate;
                }

                again.Add(versions.Last());
            }
        }

        if (again.Count > 0)
        {
            var placed = Placed.Of([.. again.Select(i => records.Records[i])]);
            Stage(placed);
            foreach (var (i, outcome) in again.Zip(Insert(placed, cluster, generation)))
            {
                all[i] = outcome;
            }
        }

        return all;
    }

    private static (long Job, long Submitted, long Ended, long Element) KeyOf(JobRecord job) => (job.JobId, job.SubmitSeconds, job.EventSeconds, job.ArrayIndex);

    private static KnownLog Log(CommitBatch batch) => new(batch.Cluster, batch.Format.Name, batch.LivePath);

    // What goes in its place in the transaction is what it was before: the generation is still where the batch begins then.
    private (long Offset, IReadOnlyList<PackedBytes> Pieces) Pack(CommitBatch batch)
    {
        if (batch.Packed is { } packed)
        {
            return (batch.Start, packed);
        }

        if (batch.Generation.Id > 0 && StoreSegments.SmallAtEnd(database, batch.Generation.Id) is { } last && last.Offset + last.Bytes.Length == batch.Start)
        {
            var joined = new byte[last.Bytes.Length + batch.Data.Length];
            if (last.Bytes.TryUnpack(joined))
            {
                batch.Data.CopyTo(joined.AsMemory(last.Bytes.Length));
                return (last.Offset, [PackedBytes.Of(joined)]);
            }
        }

        return (batch.Start, [PackedBytes.Of(batch.Data)]);
    }

    // Numbers of texts that were learned before are others in a store that was rebuilt since.
    private void RequireSame()
    {
        if (IsOutdated)
        {
            throw new StoreMovedException();
        }
    }

    private static long? Rebuilds(StoreDatabase database) => database.Scalar("SELECT rebuilds FROM main.rebuild");

    private T Change<T>(string table, string where, object?[] parameters, Func<T> change) => RowSeal.Change(database, table, where, parameters, change);

    private long Cluster(string name) => database.Scalar("SELECT cluster_id FROM main.cluster WHERE name = @p0", name)
        ?? Change("cluster", "name = @p0", [name], () => database.Scalar("INSERT INTO main.cluster (name) VALUES (@p0) ON CONFLICT DO NOTHING RETURNING cluster_id", name))
        ?? throw new StoreMovedException();

    private long Move(CommitBatch batch, long cluster, long end, (string Hash, int Length) tail)
    {
        var (now, generation) = ($"{database.Clock} / 1000", batch.Generation);
        object?[] key = [cluster, batch.Format.Name, generation.Fingerprint, (long)generation.Variant];
        var moved = Change("generation", "cluster_id = @p0 AND format = @p1 AND fingerprint = @p2 AND variant = @p3", key, () => generation.Id == 0
            ? database.Scalar(
                $"""
                INSERT INTO main.generation (cluster_id, format, fingerprint, variant, live_path, path, position, tail_hash, tail_length, time_zone, created_at, committed_at)
                VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, {now}, {now}) ON CONFLICT DO NOTHING RETURNING generation_id
                """,
                [.. key, NameText.Write(batch.LivePath), NameText.Write(batch.Path), end, tail.Hash, tail.Length, generation.TimeZone])
            : database.Scalar(
                $"""
                UPDATE main.generation SET path = @p0, position = @p1, tail_hash = @p2, tail_length = @p3, committed_at = {now}
                WHERE generation_id = @p4 AND position = @p5 RETURNING generation_id
                """,
                NameText.Write(batch.Path), end, tail.Hash, tail.Length, generation.Id, batch.Start));
        return moved ?? throw new StoreMovedException();
    }

    private CommitResult Add(CommitBatch batch, IReadOnlyList<CommitOutcome> outcomes, long generation, ICollection<AccountingRecord>? conflicts)
    {
        var (filler, duplicates, rejects) = (new List<Span>(), new List<Span>(), new List<Reject>());
        var (next, row) = (0, 0);
        foreach (var unit in batch.Units)
        {
            var job = unit is { Kind: UnitKind.Record, Record: null or JobRecord } ? row++ : -1;
            var span = new Span(batch.Start + unit.Offset, unit.Length);
            if (unit.Kind == UnitKind.Filler)
            {
                filler.Add(span);
                continue;
            }

            var outcome = unit.Kind == UnitKind.Record ? outcomes[next++] : CommitOutcome.Conflict;
            if (outcome == CommitOutcome.Duplicate)
            {
                duplicates.Add(span);
            }
            else if (outcome == CommitOutcome.Conflict)
            {
                var reason = unit.Reason ?? ConflictOf(job < 0 ? unit.Record!.RecordType : batch.Jobs.RecordType(job));
                rejects.Add(new Reject(span, batch.Data.Slice(unit.Offset, unit.Length), reason, batch.Format.Version));
                if (unit.Record is not null)
                {
                    conflicts?.Add(unit.Record);
                }
            }
        }

        AddOthers(generation, filler, duplicates, rejects);
        return new CommitResult(outcomes.Count(o => o == CommitOutcome.Added) - replaced.Count, duplicates.Count + replaced.Count, rejects.Count);
    }

    /// <summary>Why a record is a reject that can be read.</summary>
    public static string ConflictOf(string recordType) => $"the store holds another {recordType} of the same job, submission and end, which says something else";

    /// <summary>A record and where it stands.</summary>
    /// <param name="Record">The record; null for a job whose columns are all there is.</param>
    /// <param name="Offset">Its offset in the generation.</param>
    /// <param name="Length">How many bytes it has.</param>
    protected readonly record struct Place(AccountingRecord? Record, long Offset, int Length)
    {
        /// <summary>Whether it is a job, the next row of the batch's.</summary>
        public bool IsJob => Record is null or JobRecord;
    }

    /// <summary>Records, and the columns of the jobs among them.</summary>
    protected sealed record Placed(IReadOnlyList<Place> Records, JobRows Jobs)
    {
        public static Placed Of(IReadOnlyList<Place> records) => new(records, JobRows.Of(records.Select(r => r.Record)));
    }

    /// <summary>Bytes of a generation.</summary>
    protected readonly record struct Span(long Offset, int Length);

    /// <summary>Bytes that could not be read.</summary>
    protected readonly record struct Reject(Span Span, ReadOnlyMemory<byte> Bytes, string Reason, int ReaderVersion);
}
