using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>A store that an older program made becomes one of today by a rebuild from the bytes that it keeps.</summary>
public abstract class OldStoreTests(StoreKind kind)
{
    // What the log told of no byte, as far as version 8 had it.
    private static readonly string[] Carried =
    [
        "SELECT cluster_id, name FROM main.cluster",
        "SELECT generation_id, cluster_id, format, live_path, path, fingerprint, variant, position, tail_hash, tail_length, created_at, committed_at, seen_size, ended, missing_since, accepted_at FROM main.generation",
        // Compressed anew where their table is taken for another one, as in PostgreSQL here: the checksum is of what they hold.
        """SELECT generation_id, "offset", length, checksum FROM main.segment""",
        "SELECT name FROM main.zone",
        "SELECT since, shift FROM main.zone_offset",
        "SELECT cluster_id, format, live_path, patterns, unreadable FROM main.log_archives",
        "SELECT instance, host, process_id, role, started, seen, patience, lag_bytes, last_error, last_error_at FROM main.node",
    ];

    [Fact]
    public void It_is_refused_unharmed_and_says_to_rebuild()
    {
        using var old = new OldStore(kind);
        foreach (var open in new Func<string, AccountingStore>[] { s => AccountingStore.OpenToRead(s), s => AccountingStore.OpenToWrite(s) })
        {
            var error = Assert.Throws<NfsToolsException>(() => open(old.Database));
            Assert.Contains("schema version 8, of an older NfsTools", error.Message, StringComparison.Ordinal);
            Assert.Contains("nfstools rebuild", error.Remedy, StringComparison.Ordinal);
        }

        Assert.Equal(["8"], old.Rows("SELECT version FROM main.schema_migration"));
    }

    [Fact]
    public void A_rebuild_makes_it_what_a_collection_of_the_same_bytes_would_be()
    {
        using var old = new OldStore(kind);
        var (carried, epoch) = (Carried.Select(old.Rows).ToList(), long.Parse(old.Rows("SELECT epoch FROM main.lease")[0], System.Globalization.CultureInfo.InvariantCulture));

        Assert.NotEqual(0, StoreRebuild.Run(StoreAddress.Parse(old.Database), cancellation: TestContext.Current.CancellationToken));

        using var store = AccountingStore.OpenToWrite(old.Database);
        Assert.Empty(store.Verify().Differences);
        Assert.Equal(carried, store.With(d => Carried.Select(c => OldStore.RowsOf(d, c)).ToList()));
        Assert.Equal($"{epoch + 1}", Assert.Single(store.With(d => OldStore.RowsOf(d, "SELECT epoch FROM main.lease"))));
        using var bed = new CollectorBed(kind);
        Export(store, bed.Live);
        bed.Collect();
        Assert.Equal(Told(bed.Store), Told(store));
        Assert.Equal(bed.Store.With(d => d.Definitions()), store.With(d => d.Definitions()));
        Assert.Equal(store.Generations().Count, bed.Store.Generations().Count);
        Assert.NotEmpty(store.Rejects());
    }

    [Fact]
    public void The_old_rows_stay_until_a_rebuild_that_was_ended_has_gone_on()
    {
        using var old = new OldStore(kind);
        var (jobs, rollup) = (old.Rows("SELECT * FROM main.job"), old.Rows("SELECT * FROM main.daily"));
        using var stop = new CancellationTokenSource();
        var seen = new List<long>();

        Assert.Throws<OperationCanceledException>(() => StoreRebuild.Run(StoreAddress.Parse(old.Database), progress: new Stopping(seen, stop), cancellation: stop.Token));

        Assert.Equal(jobs, old.Rows("SELECT * FROM main.job"));
        Assert.Equal(rollup, old.Rows("SELECT * FROM main.daily"));
        StoreRebuild.Run(StoreAddress.Parse(old.Database), progress: new Stopping(seen, null), cancellation: TestContext.Current.CancellationToken);
        Assert.True(seen.Count > 1 && seen.Distinct().Count() == seen.Count, string.Join(' ', seen));
        using var store = AccountingStore.OpenToRead(old.Database);
        Assert.Empty(store.Verify().Differences);
        Assert.Equal(jobs.Count, store.Verify().Jobs);
    }

    [Fact]
    public void A_collector_goes_on_after_it_where_the_older_one_was()
    {
        using var old = new OldStore(kind);
        StoreRebuild.Run(StoreAddress.Parse(old.Database), cancellation: TestContext.Current.CancellationToken);
        using var store = AccountingStore.OpenToWrite(old.Database);
        var jobs = store.Query(JobFilter.All).Count();
        Export(store, old["lsb.acct"]);
        File.AppendAllLines(old["lsb.acct"], ["# more"]);

        var collected = new Collector(store, new CollectorOptions { Sources = [new CollectorSource(old["lsb.acct"])], Once = true }).Run(TestContext.Current.CancellationToken);

        Assert.Equal(7, collected.Bytes);
        Assert.Equal(jobs, store.Query(JobFilter.All).Count());
        Assert.Empty(store.Verify().Differences);
    }

    [Fact]
    public void A_program_of_the_older_version_that_is_connected_still_can_commit_nothing()
    {
        using var old = new OldStore(kind);
        StoreRebuild.Run(StoreAddress.Parse(old.Database), cancellation: TestContext.Current.CancellationToken);

        // It asks for this first in each transaction.
        Assert.ThrowsAny<System.Data.Common.DbException>(() => old.Execute("SELECT times FROM rebuild"));
    }

    // Each generation as a file: the newest one live, the others its archives.
    private static void Export(AccountingStore store, string live)
    {
        var generations = store.Generations();
        foreach (var (i, generation) in generations.Index())
        {
            using var file = File.Create(i == generations.Count - 1 ? live : $"{live}.{generations.Count - 1 - i}");
            store.Export(new LogExport { Generations = [generation.Id] }, file, TestContext.Current.CancellationToken);
        }
    }

    private static List<string> Told(AccountingStore store) =>
    [
        .. store.Query(JobFilter.All).Select(j => $"{string.Join('|', JobColumns.All.Select(c => j[c]))}"),
        .. store.Rejects().Select(r => $"{r.Offset} {r.Length} {r.Reason}"),
        .. store.With(d => OldStore.RowsOf(d, "SELECT fields FROM main.event_record")),
        .. store.With(d => OldStore.RowsOf(d, "SELECT kind, \"offset\", length FROM main.span")),
    ];

    private sealed class Stopping(List<long> seen, CancellationTokenSource? stop) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value)
        {
            seen.Add(value.Done);
            stop?.Cancel();
        }
    }
}

/// <inheritdoc/>
public sealed class SqliteOldStoreTests() : OldStoreTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlOldStoreTests() : OldStoreTests(StoreKind.PostgreSql);
