using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Derives all rows of a store, of today's schema or an older one, again from the bytes that it keeps. It is a collection from these bytes into a store beside it (a
/// file NAME.rebuild, or a schema NAME_rebuild), which is resumed where it was ended and takes the old rows' place in one transaction;
/// until then these are read as ever. It has the collector's place meanwhile.
/// </summary>
public sealed class StoreRebuild
{
    /// <summary>What a chosen time zone does.</summary>
    public const string TimeZoneHelp = "The time zone that the days of the roll-up and of reports are to be of from now on, e.g. Europe/Zurich: the roll-up is derived in it. Default: the one that the store has.";

    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(60);
    private readonly AccountingStore source;
    private readonly IProgress<(long Done, long Total)>? progress;
    private readonly CancellationToken cancellation;
    private readonly TimeProvider time;
    private readonly string instance = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";

    private readonly DayCalendar calendar;

    private StoreRebuild(AccountingStore source, DayCalendar calendar, IProgress<(long Done, long Total)>? progress, TimeProvider time, CancellationToken cancellation) =>
        (this.source, this.calendar, this.progress, this.time, this.cancellation) = (source, calendar, progress, time, cancellation);

    /// <summary>Rebuilds a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="timeZone">The time zone that its days are to be of, e.g. <c>Europe/Zurich</c>; null for the one that they are of.</param>
    /// <param name="progress">Told how many bytes are read again, and of how many.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it; the next one goes on where it was.</param>
    /// <returns>How many bytes the rows were derived from.</returns>
    /// <exception cref="NfsToolsException">The time zone is not known on this host, a collector is at work, some bytes are not what was kept, or the database cannot be read or written; the rows are what they were.</exception>
    public static long Run(
        StoreAddress store, string? timeZone = null, IProgress<(long Done, long Total)>? progress = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var chosen = timeZone is null ? null : DayCalendar.Of(timeZone);
        using var source = AccountingStore.OpenToRebuild(store);
        return new StoreRebuild(source, chosen ?? source.Calendar, progress, time ?? TimeProvider.System, cancellation).Run();
    }

    // Whoever reads differently, or has other days, begins anew.
    private string Maker => $"{typeof(StoreRebuild).Module.ModuleVersionId} {string.Join(' ', RecordFormats.Names.Select(n => $"{n} {RecordFormats.Get(n).Version}"))} {calendar.TimeZone}";

    private long Run()
    {
        RequireWhole();
        var clusters = Logs().Select(g => g.Cluster).Distinct().ToList();
        var lease = source.TryTakeLease(instance, clusters, LeaseLength)
            ?? throw new NfsToolsException($"{source.Name}: a collector is at work on this store.", "Stop it first: it goes on where it was afterwards.");
        lease.Prove(time.GetTimestamp());
        try
        {
            var beside = source.Address.Beside(source.With(d => d.MakeRoomBeside()));
            long done;
            do
            {
                done = Derive(beside, lease);
            }
            while (!source.With(d => TakePlace(d, calendar, lease)));
            source.With(d =>
            {
                d.ClearBeside();
                return true;
            });
            return done;
        }
        catch (LeaseLostException e)
        {
            throw new NfsToolsException($"{source.Name}: a collector has taken the store over: {e.Message}.", "Stop it, and run the rebuild again: it goes on where it was.", e);
        }
        finally
        {
            Release();
        }
    }

    // What a rebuild goes by is taken as it stands: where that does not hold together, rows would be missing, and nobody told.
    private void RequireWhole() => source.With(database =>
    {
        using var command = database.Command(
            """
            SELECT generation_id, position, (SELECT coalesce(max("offset" + length), 0) FROM main.segment s WHERE s.generation_id = g.generation_id), c.cluster_id IS NULL
            FROM main.generation g LEFT JOIN main.cluster c ON c.cluster_id = g.cluster_id
            """);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (row.GetBoolean(3) || row.GetInt64(1) != row.GetInt64(2))
            {
                throw new NfsToolsException(
                    $"{source.Name}: nothing was rebuilt: " + (row.GetBoolean(3)
                        ? $"generation {row.GetInt64(0)} is of a cluster that is not in the store any more."
                        : $"the bytes of generation {row.GetInt64(0)} are kept up to {row.GetInt64(2)}, its position is {row.GetInt64(1)}."),
                    "\"nfstools verify\" tells all that does not hold. Go on with a backup of this store, or collect the logs into another one.");
            }
        }

        return true;
    });

    // Views are not relied on.
    private List<Log> Logs() => source.With(database =>
    {
        using var command = database.Command($"SELECT generation_id, name, format, live_path, path, fingerprint, variant, position, {database.Since(9, "time_zone")} FROM main.generation JOIN main.cluster USING (cluster_id) ORDER BY generation_id");
        using var row = command.ExecuteReader();
        var logs = new List<Log>();
        while (row.Read())
        {
            logs.Add(new Log(
                row.GetInt64(0), row.GetString(1), row.GetString(2), NameText.Read(row.GetString(3)), NameText.Read(row.GetString(4)), row.GetString(5), row.GetInt64(6), row.GetInt64(7),
                row.IsDBNull(8) ? null : row.GetString(8)));
        }

        row.Close();
        return logs.ConvertAll(l => CommandLog.Is(l.Fingerprint) ? l with { Ends = Ends(database, l.Id) } : l);
    });

    private static List<long> Ends(StoreDatabase database, long generation)
    {
        using var command = database.Command("""SELECT "offset" + length FROM main.answer WHERE generation_id = @p0 ORDER BY 1""", generation);
        using var row = command.ExecuteReader();
        var ends = new List<long>();
        while (row.Read())
        {
            ends.Add(row.GetInt64(0));
        }

        return ends;
    }

    private void Release()
    {
        try
        {
            source.Release(instance);
        }
        catch (Exception e) when (e is NfsToolsException or OperationCanceledException)
        {
            // The database is away: the lease runs out.
        }
    }

    private long Derive(StoreAddress beside, StoreLease lease)
    {
        cancellation.ThrowIfCancellationRequested();
        using var fresh = Open(beside);
        var logs = Logs();
        fresh.With(d => Begin(d, logs));
        var (done, total) = (0L, logs.Sum(g => g.Position));
        foreach (var log in logs)
        {
            var generation = fresh.LoadGenerations(log.Cluster, log.Format).Single(g => g.Id == log.Id);
            done += generation.Position;
            foreach (var batch in Batches(log, generation))
            {
                cancellation.ThrowIfCancellationRequested();
                fresh.Commit(batch);
                done += batch.Data.Length;
                progress?.Report((done, total));
                lease.Prove(time.GetTimestamp());
                source.Renew(lease);
            }
        }

        return total;
    }

    private AccountingStore Open(StoreAddress beside)
    {
        var fresh = AccountingStore.OpenToWrite(beside);
        if (fresh.With(d => d.Scalar("SELECT count(*) FROM main.rebuild WHERE maker = @p0", Maker)) > 0)
        {
            return fresh;
        }

        // Nobody's yet, or another program's.
        fresh.Dispose();
        source.With(d =>
        {
            d.ClearBeside();
            return d.MakeRoomBeside();
        });
        fresh = AccountingStore.OpenToWrite(beside);
        fresh.With(d => StoreCalendar.Replace(d, calendar));
        fresh.With(d => d.Execute("UPDATE main.rebuild SET maker = @p0", Maker));
        return fresh;
    }

    // Clusters and generations by the numbers that they have.
    private bool Begin(StoreDatabase fresh, IReadOnlyList<Log> logs)
    {
        var clusters = source.With(d =>
        {
            using var command = d.Command("SELECT cluster_id, name FROM main.cluster");
            using var row = command.ExecuteReader();
            var found = new List<(long Id, string Name)>();
            while (row.Read())
            {
                found.Add((row.GetInt64(0), row.GetString(1)));
            }

            return found;
        });
        using var transaction = fresh.BeginChange();
        foreach (var (id, name) in clusters)
        {
            fresh.Execute("INSERT INTO main.cluster (cluster_id, name) VALUES (@p0, @p1) ON CONFLICT DO NOTHING", id, name);
        }

        foreach (var log in logs)
        {
            fresh.Execute(
                """
                INSERT INTO main.generation (generation_id, cluster_id, format, live_path, path, fingerprint, variant, position, tail_hash, tail_length, time_zone, created_at, committed_at)
                VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, 0, '', 0, @p7, 0, 0) ON CONFLICT DO NOTHING
                """,
                log.Id, clusters.Find(c => c.Name == log.Cluster).Id, log.Format, NameText.Write(log.LivePath), NameText.Write(log.Path), log.Fingerprint, log.Variant, log.TimeZone);
        }

        transaction.Commit();
        return true;
    }

    // What follows in a generation, as the collector would have read it.
    private IEnumerable<CommitBatch> Batches(Log log, LogGeneration generation)
    {
        var reader = new RecordReader(source.With(d => new KeptParsers(d).Of(log.Id)));
        var (at, read, pending) = (generation.Position, generation.Position, ReadOnlyMemory<byte>.Empty);
        while (at < log.Position)
        {
            // A record of a command's answer does not go on in the next one.
            var end = log.Ends.FirstOrDefault(e => e > at, log.Position);
            if (read < end)
            {
                var (start, bytes) = source.Segment(log.Id, read, 1);
                var next = bytes.AsMemory((int)(read - start), (int)(Math.Min(start + bytes.Length, end) - read));
                read += next.Length;
                pending = pending.IsEmpty ? next : (byte[])[.. pending.Span, .. next.Span];
            }

            var units = new List<RecordUnit>();
            var used = reader.Read(pending, final: read == end, acceptNuls: true, units);
            if (used == 0)
            {
                continue;
            }

            yield return new CommitBatch
            {
                Cluster = log.Cluster,
                Format = RecordFormats.Get(log.Format),
                LivePath = log.LivePath,
                Path = log.Path,
                Generation = generation,
                Start = at,
                Data = pending[..used],
                Units = units,
            };
            at += used;
            pending = pending[used..];
        }
    }

    // False where more was committed meanwhile, by a pipeline, which needs no lease: it is to be read first.
    private static bool TakePlace(StoreDatabase database, DayCalendar calendar, StoreLease lease)
    {
        using var attached = database.Attach(out var fresh);
        using var transaction = database.BeginChange();
        database.LockOut();
        foreach (var cluster in lease.Epochs.Keys.Order(StringComparer.Ordinal))
        {
            lease.Confirm(database, cluster);
        }

        if (database.Scalar($"SELECT count(*) FROM main.generation g LEFT JOIN {fresh}generation f ON f.generation_id = g.generation_id WHERE f.position IS NULL OR f.position <> g.position") > 0)
        {
            return false;
        }

        StoreSchema.Replace(database, fresh, calendar);
        transaction.Commit();
        return true;
    }

    private sealed record Log(long Id, string Cluster, string Format, string LivePath, string Path, string Fingerprint, long Variant, long Position, string? TimeZone)
    {
        /// <summary>Where a command's answers end in it.</summary>
        public IReadOnlyList<long> Ends { get; init; } = [];
    }
}
