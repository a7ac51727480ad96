using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>Several collectors of the same logs on one PostgreSQL store: one is active, another goes on where it stopped.</summary>
[Trait("Store", "PostgreSQL")]
public sealed class FailoverTests
{
    // A batch is up to 4 MiB of a log.
    private const int SeveralBatches = 12_000;
    private readonly LsfLogGenerator generator = new(81, new LsfGeneratorOptions());

    [Fact]
    public async Task One_is_active_the_other_takes_over_when_it_ends_and_all_of_it_is_told()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        Append(writer, 20);
        await using var first = new RunningCollector(bed.Database, bed.Live);
        await first.Told.Next(CollectorEventKind.Active, "epoch 1");
        await first.Reaches(bed, writer.Bytes);
        await using var second = new RunningCollector(bed.Database, bed.Live);
        Assert.Contains($"{Environment.MachineName}, process {Environment.ProcessId}, is active since", (await second.Told.Next(CollectorEventKind.Standby)).Message, StringComparison.Ordinal);
        Assert.Equal([(CollectorNodeState.Active, 1L), (CollectorNodeState.Standby, null)], bed.Store.Nodes().Select(n => (n.State, n.Epoch)));
        Assert.True(bed.Store.Nodes()[0].ActiveSince <= bed.Store.Nodes()[1].StartedAt);

        // For longer than a lease, which is renewed meanwhile.
        var epoch = bed.Store.Nodes()[0].SeenAt + (2 * RunningCollector.Lease);
        while (bed.Store.Nodes()[0].SeenAt < epoch)
        {
            Append(writer, 1);
            await first.Told.Next(CollectorEventKind.Committed);
        }

        Assert.DoesNotContain(second.Told.Events, e => e.Kind == CollectorEventKind.Active);
        bed.Pretend("UPDATE node SET host = 'elsewhere' WHERE instance = (SELECT holder FROM lease)");
        var collected = await first.End();
        Append(writer, 20);
        await second.Told.Next(CollectorEventKind.Active, "epoch 2");
        await second.Reaches(bed, writer.Bytes);

        Assert.Equal([(CollectorNodeState.Active, 2L), (CollectorNodeState.Ended, null)], bed.Store.Nodes().Select(n => (n.State, n.Epoch)));
        Assert.Equal(writer.Truth.Count, collected.Records + (await second.End()).Records);
        bed.AssertHolds(writer.Truth);
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task When_the_active_process_is_killed_or_stopped_the_other_goes_on_from_the_same_byte(string signal)
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        Append(writer, 20);
        using var first = NfstoolsProcess.Start("collect", bed.Live, "--store", bed.Database, "--lease", "2", "--poll", "1");
        first.ReadUntil("committed");
        await using var second = new RunningCollector(bed.Database, bed.Live);
        await second.Told.Next(CollectorEventKind.Standby);
        first.Signal(signal);
        Append(writer, 20);

        // As if it were on another host: those of one host that are gone are forgotten when the next one tells of itself.
        bed.Pretend("UPDATE node SET host = 'elsewhere' WHERE process_id <> @own", ("@own", (long)Environment.ProcessId));

        await second.Told.Next(CollectorEventKind.Active, "epoch 2");
        await second.Reaches(bed, writer.Bytes);
        while (!bed.Store.Nodes().Select(n => (n.State, n.Epoch)).SequenceEqual([(CollectorNodeState.Active, 2L), (CollectorNodeState.Silent, null)]))
        {
            await second.Told.Next(CollectorEventKind.Looked);
        }

        if (signal == "STOP")
        {
            Append(writer, 20);
            first.Signal("CONT");
            Assert.Contains("is active since", first.ReadUntil("standby"), StringComparison.Ordinal);
            Append(writer, 20);
            await second.Reaches(bed, writer.Bytes);
            await second.End();
            Append(writer, 20);
            first.ReadUntil("epoch 3");
            first.ReadUntil("committed");
        }

        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public async Task A_commit_after_the_lease_was_taken_away_is_refused_whole()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        Append(writer, SeveralBatches);
        var commits = 0;
        await using var collector = new RunningCollector(bed.Database, bed.Live, e =>
        {
            if (e.Kind == CollectorEventKind.Committed && ++commits == 1)
            {
                bed.Pretend("UPDATE lease SET epoch = epoch + 1, holder = 'another', expires = extract(epoch FROM clock_timestamp()) * 1000 + 60000");
            }
        });

        Assert.Contains("epoch 1, was taken over", (await collector.Told.Next(CollectorEventKind.Standby)).Message, StringComparison.Ordinal);
        var stored = bed.Store.Verify();
        Assert.Empty(stored.Differences);
        Assert.Equal(collector.Told.Events.Where(e => e.Kind == CollectorEventKind.Committed).Sum(e => e.Bytes), stored.Bytes);
        Assert.InRange(stored.Bytes, 1, writer.Bytes - 1);
        Assert.Equal(1, commits);

        bed.EndLease();
        await collector.Told.Next(CollectorEventKind.Active, "epoch 3");
        await collector.Reaches(bed, writer.Bytes);
        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void A_lease_that_has_not_run_out_is_not_taken_and_one_that_has_is_in_one_of_many_hands()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        var lease = bed.Store.TryTakeLease("first", ["a", "b"], TimeSpan.FromMinutes(1));
        Assert.Equal([("a", 1L), ("b", 1L)], lease!.Epochs.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)));
        Assert.Null(bed.Store.TryTakeLease("second", ["b", "c"], TimeSpan.FromMinutes(1)));
        Assert.NotNull(bed.Store.TryTakeLease("second", ["c"], TimeSpan.FromMinutes(1)));
        bed.EndLease();

        var taken = new StoreLease?[6];
        Parallel.For(0, taken.Length, new ParallelOptions { MaxDegreeOfParallelism = taken.Length }, i =>
        {
            using var store = AccountingStore.OpenToWrite(bed.Database);
            taken[i] = store.TryTakeLease($"contender {i}", ["a", "b", "c"], TimeSpan.FromMinutes(1));
        });

        Assert.Equal(2, Assert.Single(taken, t => t is not null)!.Epochs["a"]);
        Assert.Throws<LeaseLostException>(() => bed.Store.Renew(lease));
    }

    [Fact]
    public void A_lease_given_before_the_databases_clock_was_set_back_is_taken()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        var lease = bed.Store.TryTakeLease("first", ["a"], TimeSpan.FromMinutes(1));
        bed.Execute($"UPDATE lease SET expires = expires + {(long)CollectorOptions.LongestLeaseSeconds * 1000}");

        Assert.Equal(2, bed.Store.TryTakeLease("second", ["a"], TimeSpan.FromMinutes(1))!.Epochs["a"]);
        Assert.Throws<LeaseLostException>(() => bed.Store.Renew(lease!));
    }

    [Fact]
    public void While_one_log_is_read_for_long_the_leases_on_all_clusters_are_renewed()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        Append(writer, SeveralBatches);
        File.WriteAllBytes(bed.Live + "-b", generator.Next().Bytes);
        var time = new SteppedTime();
        var seen = new List<object?>();
        var progress = new Told(e =>
        {
            if (e.Kind == CollectorEventKind.Committed && e.Path == bed.Live)
            {
                seen.Add(bed.Scalar("SELECT expires > 0 FROM lease JOIN cluster USING (cluster_id) WHERE name = 'b'"));
                bed.Execute("UPDATE lease SET expires = 0 FROM cluster WHERE cluster.cluster_id = lease.cluster_id AND name = 'b'");
                time.Passed += RunningCollector.Lease / 2;
            }
        });
        var options = new CollectorOptions { Sources = [new CollectorSource(bed.Live, "a"), new CollectorSource(bed.Live + "-b", "b")], Once = true, Lease = RunningCollector.Lease };

        new Collector(bed.Store, options, progress, time).Run(TestContext.Current.CancellationToken);

        Assert.True(seen.Count > 2);
        Assert.All(seen, renewed => Assert.Equal(true, renewed));
    }

    [Fact]
    public void A_collector_that_reads_once_says_that_another_one_is_at_work()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        Append(writer, 1);
        var source = new CollectorSource(bed.Live);
        bed.Store.TryTakeLease("another", [source.Cluster], TimeSpan.FromMinutes(1));

        using var store = AccountingStore.OpenToWrite(bed.Database);
        var error = Assert.Throws<NfsToolsException>(() =>
            new Collector(store, new CollectorOptions { Sources = [source], Once = true, Lease = TimeSpan.FromSeconds(1) }).Run(TestContext.Current.CancellationToken));

        Assert.Contains("another collector is at work on these logs", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Seeded bytes; NFSTOOLS_KILLS says how often.</summary>
    [Fact]
    [Trait("Suite", "Long")]
    public async Task A_host_that_freezes_at_any_byte_holds_the_take_over_back_no_longer_than_a_lease_and_cannot_commit_afterwards()
    {
        var random = new Random(Suite.Seed(82));
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        for (var freezes = Suite.Count("NFSTOOLS_KILLS", 20) / 4; freezes > 0; freezes--)
        {
            using var proxy = new PostgresProxy();
            await using var first = new RunningCollector(proxy.Reach(bed.Database), bed.Live);
            await first.Told.Next(CollectorEventKind.Active);
            Append(writer, 100);
            await first.Reaches(bed, writer.Bytes);
            await using var second = new RunningCollector(bed.Database, bed.Live);
            await second.Told.Next(CollectorEventKind.Standby);

            // Mostly behind the copied rows: where a transaction holds the lease.
            var frozen = proxy.BreakAfter(random.NextInt64(30_000), random.Next(4) == 0 ? ClientBytes.All : ClientBytes.BehindRows, freeze: true);
            Append(writer, 100);
            await frozen.WaitAsync(Told.Patience, TestContext.Current.CancellationToken);
            await second.Told.Next(CollectorEventKind.Active);
            await second.Reaches(bed, writer.Bytes);

            proxy.Thaw();
            await first.Told.Next(CollectorEventKind.Standby);
        }

        bed.AssertHolds(writer.Truth);
    }

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long GetTimestamp() => Passed.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    private void Append(LogWriter writer, int records)
    {
        for (var i = 0; i < records; i++)
        {
            writer.Append(generator.Next());
        }
    }
}
