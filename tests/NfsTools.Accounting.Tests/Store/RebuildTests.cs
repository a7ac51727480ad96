using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>A store that was rebuilt says what the logs say, whatever it said before.</summary>
public abstract class RebuildTests(StoreKind kind)
{
    private readonly LsfLogGenerator generator = new(71, new LsfGeneratorOptions { DefectRate = 0.05, QuirkRate = 0.3, OtherRate = 0.1, FillerRate = 0.05 });

    [Fact]
    public void All_rows_are_derived_again_from_what_is_kept()
    {
        using var bed = Filled(out var writer);
        using (writer)
        {
            var (before, rejects, kept) = (Jobs(bed), bed.Store.Rejects().Count, bed.Kept(new LogExport()));
            bed.Execute("UPDATE job_record SET command = 'x', user_id = queue_id; UPDATE text_value SET value = value || 'x'; DELETE FROM hosts_member; DELETE FROM daily; DELETE FROM reject; DELETE FROM event_record");
            bed.Execute("DROP INDEX job_by_time; DROP VIEW span; CREATE VIEW span AS SELECT 1 AS generation_id");
            File.Delete(bed.Live);

            Assert.Equal(kept.Length, StoreRebuild.Run(StoreAddress.Parse(bed.Database), cancellation: TestContext.Current.CancellationToken));

            Assert.Equal(before, Jobs(bed));
            Assert.Equal(rejects, bed.Store.Rejects().Count);
            Assert.Equal(kept, bed.Kept(new LogExport()));
            bed.AssertHolds(writer.Truth);
            Assert.Equal("Europe/Zurich", bed.Store.Calendar.TimeZone);
            Assert.Empty(Beside(bed));
        }
    }

    [Theory]
    [InlineData("DELETE FROM cluster", "generation 1 is of a cluster that is not in the store any more")]
    [InlineData("UPDATE generation SET position = position - 1 WHERE generation_id = 1", "the bytes of generation 1 are kept up to")]
    [InlineData("UPDATE generation SET position = position + 1 WHERE generation_id = 1", "the bytes of generation 1 are kept up to")]
    public void Nothing_is_rebuilt_where_what_it_goes_by_does_not_hold(string change, string told)
    {
        using var bed = Filled(out var writer);
        using (writer)
        {
            bed.Execute($"{(kind == StoreKind.Sqlite ? "PRAGMA foreign_keys = OFF" : "SET session_replication_role = replica")}; {change}");

            var error = Assert.Throws<NfsToolsException>(() => StoreRebuild.Run(StoreAddress.Parse(bed.Database), cancellation: TestContext.Current.CancellationToken));

            Assert.Contains(told, error.Message, StringComparison.Ordinal);
            Assert.NotEmpty(bed.Store.Query(JobFilter.All));
        }
    }

    [Fact]
    public void A_collector_and_a_pipeline_go_on_after_it()
    {
        using var bed = Filled(out var writer);
        using (writer)
        using (var other = new CollectorBed(kind))
        {
            using var there = other.Writer();
            Append(there, 20);
            other.Collect();
            var records = other.Store.Query(JobFilter.All).Cast<AccountingRecord>().ToList();
            bed.Store.Add(records[..5], []);

            StoreRebuild.Run(StoreAddress.Parse(bed.Database), cancellation: TestContext.Current.CancellationToken);

            bed.Store.Add(records, []);
            Append(writer, 20);
            bed.Collect();
            bed.AssertHolds(writer.Truth.Concat(there.Truth));
            Assert.Equal(0, bed.Collect().Bytes);
        }
    }

    [Fact]
    public void One_that_was_ended_goes_on_where_it_was_and_the_rows_are_what_they_were_until_then()
    {
        using var bed = Filled(out var writer);
        using (writer)
        {
            var before = Jobs(bed);
            using var stop = new CancellationTokenSource();
            var seen = new List<long>();

            Assert.Throws<OperationCanceledException>(() => StoreRebuild.Run(StoreAddress.Parse(bed.Database), progress: new Stopping(seen, stop), cancellation: stop.Token));

            Assert.Equal(before, Jobs(bed));
            Assert.NotEmpty(Beside(bed));
            var first = Assert.Single(seen);
            Append(writer, 20);
            bed.Collect();
            StoreRebuild.Run(StoreAddress.Parse(bed.Database), progress: new Stopping(seen, null), cancellation: TestContext.Current.CancellationToken);
            Assert.All(seen[1..], done => Assert.True(done > first));
            bed.AssertHolds(writer.Truth);
            Assert.Empty(Beside(bed));
        }
    }

    [Fact]
    public void Bytes_that_are_not_what_was_kept_are_told_and_the_rows_stay()
    {
        using var bed = Filled(out var writer);
        using (writer)
        {
            var before = Jobs(bed);
            bed.Execute("UPDATE segment SET checksum = 0 WHERE generation_id = 2");

            var error = Assert.Throws<NfsToolsException>(() => StoreRebuild.Run(StoreAddress.Parse(bed.Database), cancellation: TestContext.Current.CancellationToken));

            Assert.Contains("of generation 2 are not what was kept", error.Message, StringComparison.Ordinal);
            Assert.Equal(before, Jobs(bed));
        }
    }

    [Fact]
    public void The_days_of_a_store_can_become_those_of_another_time_zone()
    {
        using var bed = Filled(out var writer);
        using (writer)
        using (var stop = new CancellationTokenSource())
        using (var open = AccountingStore.OpenToWrite(bed.Database))
        using (var same = new CollectorBed(kind, "Asia/Tokyo"))
        {
            // One for another zone, which was ended, is not gone on with.
            Assert.Throws<OperationCanceledException>(() => StoreRebuild.Run(StoreAddress.Parse(bed.Database), "Pacific/Honolulu", new Stopping([], stop), cancellation: stop.Token));
            Assert.Equal("Europe/Zurich", bed.Store.Calendar.TimeZone);

            StoreRebuild.Run(StoreAddress.Parse(bed.Database), "Asia/Tokyo", cancellation: TestContext.Current.CancellationToken);

            // Who had it open reads and writes with the new days, unless it wants others.
            Assert.Equal("Asia/Tokyo", bed.Store.Calendar.TimeZone);
            Append(writer, 20);
            Assert.Contains("not of Europe/Zurich", Assert.Throws<NfsToolsException>(() => bed.Collect()).Message, StringComparison.Ordinal);
            new Collector(open, new CollectorOptions { Sources = [new CollectorSource(bed.Live)], Once = true }).Run(TestContext.Current.CancellationToken);
            bed.AssertHolds(writer.Truth);
            File.WriteAllBytes(same.Live, bed.Kept(new LogExport()));
            same.Collect();
            foreach (var key in new[] { GroupKey.Day, GroupKey.Month })
            {
                Assert.Equal(Days(same, key), Days(bed, key));
            }

            StoreRebuild.Run(StoreAddress.Parse(bed.Database), cancellation: TestContext.Current.CancellationToken);
            Assert.Equal("Asia/Tokyo", bed.Store.Calendar.TimeZone);
            Assert.Throws<NfsToolsException>(() => StoreRebuild.Run(StoreAddress.Parse(bed.Database), "Asia/Nowhere", cancellation: TestContext.Current.CancellationToken));
        }
    }

    private static List<string> Days(CollectorBed bed, GroupKey key) =>
        [.. Enum.GetValues<MeasureBasis>().SelectMany(b => bed.Store.Report(JobFilter.All, [key], b)).Select(m => $"{m.Group} {m.TimeZone} {m.Jobs} {m.RunSeconds} {m.UsedWallSeconds} {m.StartedJobs}").Order(StringComparer.Ordinal)];

    private static List<string> Jobs(CollectorBed bed) =>
        [.. bed.Store.Query(JobFilter.All).Select(j => string.Join('|', JobColumns.All.Select(c => j[c]))).Order(StringComparer.Ordinal)];

    private List<string> Beside(CollectorBed bed) => kind == StoreKind.Sqlite
        ? [.. Directory.EnumerateFiles(Path.GetDirectoryName(bed.Live)!, "*.rebuild*")]
        : bed.Scalar("SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname = current_schema() || '_rebuild'") is string name ? [name] : [];

    /// <summary>A store with four generations, in which a log is.</summary>
    private protected CollectorBed Filled(out LogWriter writer)
    {
        var bed = new CollectorBed(kind, "Europe/Zurich");
        writer = bed.Writer();
        for (var rotations = 0; rotations < 3; rotations++)
        {
            Append(writer, 60);
            bed.Collect();
            writer.Rotate((LogRotation)rotations);
        }

        Append(writer, 60);
        bed.Collect();
        return bed;
    }

    private void Append(LogWriter writer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            writer.Append(generator.Next());
        }
    }

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
public sealed class SqliteRebuildTests() : RebuildTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlRebuildTests() : RebuildTests(StoreKind.PostgreSql)
{
    [Fact]
    public void Tables_and_views_belong_to_whom_they_did_and_what_was_granted_holds()
    {
        using var bed = Filled(out var writer);
        writer.Dispose();
        var (owner, reader) = ($"owner_{Guid.NewGuid():N}", $"Reader \"{Guid.NewGuid():N}");
        var quoted = $"\"{reader.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        bed.Execute($"CREATE ROLE {owner}; CREATE ROLE {quoted}; ALTER SCHEMA {bed.Scalar("SELECT CAST(current_schema() AS text)")} OWNER TO {owner}; ALTER TABLE job_record OWNER TO {owner}; ALTER VIEW job OWNER TO {owner}; GRANT SELECT ON job, job_record TO {quoted}; GRANT SELECT ON daily TO PUBLIC");
        try
        {
            var before = Rights(bed);
            Assert.Contains(reader, before, StringComparison.Ordinal);
            Assert.Contains($"job {owner}", before, StringComparison.Ordinal);

            StoreRebuild.Run(StoreAddress.Parse(bed.Database), cancellation: TestContext.Current.CancellationToken);

            Assert.Equal(before, Rights(bed));
        }
        finally
        {
            bed.Execute($"REASSIGN OWNED BY {owner} TO CURRENT_USER; DROP OWNED BY {owner}, {quoted} CASCADE; DROP ROLE {owner}, {quoted}");
        }
    }

    private static string Rights(CollectorBed bed) => (string)bed.Scalar(
        """
        SELECT string_agg(relname || ' ' || pg_get_userbyid(relowner) || ' ' || coalesce(CAST((SELECT string_agg(pg_get_userbyid(a.grantee) || a.privilege_type, ',' ORDER BY a.grantee, a.privilege_type)
            FROM aclexplode(relacl) a WHERE a.grantee <> relowner) AS text), ''), '; ' ORDER BY relname)
        FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind IN ('r', 'v')
        """)!;
}
