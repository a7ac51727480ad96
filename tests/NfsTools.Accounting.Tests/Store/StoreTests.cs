using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Reports;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

public abstract class StoreTests(StoreKind kind)
{
    private readonly LsfLogGenerator generator = new(61, new LsfGeneratorOptions());

    [Fact]
    public void A_store_of_a_newer_schema_is_refused()
    {
        using var bed = new CollectorBed(kind);
        bed.Execute("INSERT INTO schema_migration VALUES (99, 0)");

        var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToRead(bed.Database));

        Assert.Contains("version 99", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_store_of_an_older_schema_is_refused_unharmed_and_says_to_collect_anew(int version)
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 3);
        bed.Collect();
        bed.Execute($"UPDATE schema_migration SET version = {version}");

        foreach (var open in new Func<string, AccountingStore>[] { s => AccountingStore.OpenToRead(s), s => AccountingStore.OpenToWrite(s) })
        {
            var error = Assert.Throws<NfsToolsException>(() => open(bed.Database));
            Assert.Contains($"an older NfsTools (schema version {version})", error.Message, StringComparison.Ordinal);
            Assert.Contains("Collect anew into another store", error.Remedy, StringComparison.Ordinal);
        }

        bed.Execute($"UPDATE schema_migration SET version = {StoreSchema.Version}");
        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void Reports_from_the_roll_up_from_the_jobs_and_from_records_agree()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 2000);
        bed.Collect();
        var records = AccountingReader.ReadFile(bed.Source, TestContext.Current.CancellationToken).Select(i => i.Record).OfType<JobRecord>().ToList();
        var jobIds = records.Select(r => r.JobId).Distinct().ToList();
        foreach (var by in new GroupKey[][] { [], [GroupKey.Of(JobColumns.User)], [GroupKey.Of(JobColumns.Queue), GroupKey.Of(JobColumns.State)], [GroupKey.Day, GroupKey.Of(JobColumns.Project)], [GroupKey.Month, GroupKey.Cluster], [GroupKey.Host] })
        {
            var rolledUp = bed.Store.Report(JobFilter.All, by);
            var counted = bed.Store.Report(new JobFilter { JobIds = jobIds }, by);
            var measured = JobMeter.Measure(records, by);

            Assert.Equal(measured.Select(Row), rolledUp.Select(Row));
            Assert.Equal(measured.Select(Row), counted.Select(Row));
        }
    }

    [Fact]
    public void Filters_let_through_what_they_say()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 500);
        bed.Collect();
        var some = writer.Truth[250];
        var from = DateTimeOffset.FromUnixTimeSeconds(some.EventTime);

        Assert.All(bed.Store.Query(JobFilter.All.And(JobColumns.User, [some.User]).And(JobColumns.State, ["done"])), j => Assert.Equal((some.User, "DONE"), (j.User, j.State)));
        Assert.Contains(some.JobId, bed.Store.Query(new JobFilter { JobIds = [some.JobId] }).Select(j => j.JobId));
        Assert.Equal(writer.Truth.Count(t => t.EventTime >= some.EventTime), bed.Store.Query(new JobFilter { From = from }).Count());
        Assert.Equal(writer.Truth.Count(t => t.EventTime < some.EventTime), bed.Store.Query(new JobFilter { To = from }).Count());
        Assert.Equal(7, bed.Store.Query(new JobFilter { Limit = 7 }).Count());
        Assert.Empty(bed.Store.Query(JobFilter.All.And(JobColumns.User, ["x' OR '1'='1"])));
        var host = bed.Store.Query(JobFilter.All).First(j => j.Hosts is not null).Hosts!.Split(' ')[0].Split('*')[^1];
        Assert.All(bed.Store.Query(new JobFilter { Hosts = [host] }), j => Assert.Contains(host, j.Hosts, StringComparison.Ordinal));
    }

    [Fact]
    public void Records_from_a_pipeline_are_added_once_and_do_not_disturb_the_collector()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 50);
        var records = AccountingReader.ReadFile(bed.Source, TestContext.Current.CancellationToken).Select(i => i.Record!).ToList();
        var conflicts = new List<AccountingRecord>();

        Assert.Equal(20, bed.Store.Add(records[..20], conflicts));
        Assert.Equal(10, bed.Store.Add(records[..30], conflicts));
        Assert.Equal((20L, 30L), (bed.Collect().Records, bed.Store.Verify().Jobs - 20));
        bed.AssertHolds(writer.Truth);
        Assert.Empty(conflicts);
    }

    [Fact]
    public void Records_of_another_store_are_added_with_the_bytes_it_kept_of_them()
    {
        using var there = new CollectorBed(kind);
        using var here = new CollectorBed(kind);
        using var writer = there.Writer();
        Append(writer, 30);
        there.Collect();

        Assert.Equal(30, here.Store.Add([.. there.Store.Query(JobFilter.All)], []));

        Assert.Equal(0, here.Store.Add([.. there.Store.Query(JobFilter.All)], []));
        here.AssertHolds(writer.Truth);
        Assert.Equal(new FileInfo(there.Live).Length, Assert.Single(here.Store.Generations(), g => g.IsPipeline).Position);
    }

    [Fact]
    public void What_is_kept_of_some_generations_or_of_a_time_is_written_out_as_it_stood_in_the_log()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 100);
        File.AppendAllText(bed.Live, "# a comment\nnonsense\n");
        writer.Rotate(LogRotation.Rename);
        Append(writer, 50);
        bed.Collect();
        var (first, second) = (File.ReadAllBytes(bed.Archive(1)), File.ReadAllBytes(bed.Live));

        Assert.Equal([.. first, .. second], bed.Kept(new LogExport()));
        Assert.Equal(second, bed.Kept(new LogExport { Generations = [2] }));
        Assert.Contains("no log of a cluster another", Assert.Throws<NfsToolsException>(() => bed.Kept(new LogExport { Clusters = ["another"] })).Message, StringComparison.Ordinal);
        Assert.Contains("no generation 9", Assert.Throws<NfsToolsException>(() => bed.Kept(new LogExport { Generations = [1, 9] })).Message, StringComparison.Ordinal);
        var (from, to) = (writer.Truth[30].EventTime, writer.Truth[120].EventTime);
        Assert.Equal(
            writer.Truth.Where(t => t.EventTime >= from && t.EventTime < to).SelectMany(t => t.Bytes),
            bed.Kept(new LogExport { From = DateTimeOffset.FromUnixTimeSeconds(from), To = DateTimeOffset.FromUnixTimeSeconds(to) }));
        var file = bed.Live + ".out";
        Assert.Equal(first.Length, new LogExport { Generations = [1] }.Write(bed.Store, file, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(first, File.ReadAllBytes(file));
        Assert.Contains("there is such a file", Assert.Throws<NfsToolsException>(() => new LogExport().Write(bed.Store, file, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        bed.Execute("UPDATE segment SET checksum = 0");
        Assert.Contains("are not what was kept", Assert.Throws<NfsToolsException>(() => bed.Kept(new LogExport())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_field_of_a_jobs_line_is_read_again_from_what_is_kept()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 60);
        bed.Collect();
        var expected = AccountingReader.ReadFile(bed.Source, TestContext.Current.CancellationToken).Select(i => i.Record).OfType<JobRecord>().Where(j => j.User == writer.Truth[5].User).ToList();
        File.Delete(bed.Live);

        var found = bed.Store.QueryAllFields(new JobFilter { Columns = [new ColumnFilter(JobColumns.User, [writer.Truth[5].User])] });

        Assert.Equal(expected.Select(Fields).Order(StringComparer.Ordinal), found.Select(Fields).Order(StringComparer.Ordinal));
        bed.Execute("DELETE FROM segment");
        Assert.Contains("are not what was kept", Assert.Throws<NfsToolsException>(() => bed.Store.QueryAllFields(JobFilter.All).First()).Message, StringComparison.Ordinal);

        static string Fields(AccountingRecord record)
        {
            using var text = new MemoryStream();
            using (var json = new System.Text.Json.Utf8JsonWriter(text))
            {
                json.WriteStartObject();
                NfsTools.Accounting.Formats.RecordFields.Write(json, record);
                json.WriteEndObject();
            }

            var fields = System.Text.Encoding.UTF8.GetString(text.ToArray());
            Assert.Contains("\"lastResizeTime\":", fields, StringComparison.Ordinal);
            return fields;
        }
    }

    [Fact]
    public void A_log_that_is_committed_by_the_record_leaves_few_segments()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        for (var commits = 0; commits < 40; commits++)
        {
            Append(writer, 1);
            bed.Collect();
        }

        bed.AssertHolds(writer.Truth);
        Assert.Equal(1L, bed.Scalar("SELECT count(*) FROM segment"));
        Assert.Equal(new FileInfo(bed.Live).Length, Convert.ToInt64(bed.Scalar("SELECT max(length) FROM segment")));
        Assert.InRange(Convert.ToInt64(bed.Scalar("SELECT max(length(bytes)) FROM segment")), 1, new FileInfo(bed.Live).Length / 3);
    }

    [Fact]
    public void A_record_with_the_key_of_another_is_kept_as_a_reject()
    {
        using var bed = new CollectorBed(kind);
        var record = generator.Next();
        var text = System.Text.Encoding.Latin1.GetString(record.Bytes);
        File.WriteAllBytes(bed.Live, [.. record.Bytes, .. record.Bytes, .. System.Text.Encoding.Latin1.GetBytes(text.Replace(record.User, "mallory", StringComparison.Ordinal))]);

        var summary = bed.Collect();

        Assert.Equal((1L, 1L, 1L), (summary.Records, summary.Duplicates, summary.Rejects));
        Assert.Contains("another JOB_FINISH", Assert.Single(bed.Store.Rejects()).Reason, StringComparison.Ordinal);
        bed.AssertHolds([record]);
    }

    [Fact]
    public void What_an_older_reader_rejected_is_read_again_by_a_newer_one()
    {
        using var bed = new CollectorBed(kind);
        var (first, second) = (generator.Next(), generator.Next());
        File.WriteAllBytes(bed.Live, [.. first.Bytes, .. second.Bytes]);
        bed.Collect();

        // As if an older one had read neither, and taken the second for two records.
        bed.Execute("DELETE FROM job_record");
        bed.Execute("DELETE FROM daily");
        foreach (var (offset, bytes) in new[] { (0, first.Bytes), (first.Bytes.Length, second.Bytes[..100]), (first.Bytes.Length + 100, second.Bytes[100..]) })
        {
            bed.Execute(
                $"""INSERT INTO reject (generation_id, "offset", length, bytes, reason, reader_version) VALUES (1, {offset}, {bytes.Length}, @bytes, 'it could not', 0)""",
                ("@bytes", bytes));
        }

        bed.Collect();

        Assert.Empty(bed.Store.Rejects());
        bed.AssertHolds([first, second]);
    }

    [Theory]
    [InlineData("DELETE FROM job_record WHERE job_row = 3", "accounted for by nothing")]
    [InlineData("""UPDATE job_record SET "offset" = "offset" - 1 WHERE job_row = 3""", "overlaps")]
    [InlineData("UPDATE daily SET jobs = jobs + 1", "roll-up")]
    [InlineData("UPDATE generation SET position = position + 5", "accounted for by nothing")]
    [InlineData("INSERT INTO filler VALUES (77, 0, 1)", "not in the store")]
    [InlineData("UPDATE segment SET checksum = checksum + 1", "are not what was kept")]
    [InlineData("DELETE FROM segment", "its bytes are kept up to 0")]
    [InlineData("""UPDATE segment SET "offset" = 1""", "of bytes 0 to 0 none are kept")]
    public void Verification_says_what_does_not_hold(string harm, string said)
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 10);
        bed.Collect();
        bed.Execute(harm);

        var verification = bed.Store.Verify();

        Assert.False(verification.Holds);
        Assert.Contains(verification.Differences, d => d.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Status_tells_how_far_the_store_is_behind()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 5);
        bed.Collect();
        writer.Rotate(LogRotation.Rename);
        Append(writer, 3);

        var status = CollectorStatus.Of(bed.Store);

        Assert.Equal([0L, new FileInfo(bed.Live).Length], status.Select(s => s.LagBytes));
        Assert.Equal([bed.Archive(1), bed.Live], status.Select(s => s.Path));
    }

    [Fact]
    public void A_job_on_very_many_hosts_is_stored_and_reported_with_each_of_them()
    {
        const int hosts = 10_000;
        using var bed = new CollectorBed(kind);
        using (var log = File.Create(bed.Live))
        {
            generator.WriteTo(log, 50);
        }

        var job = AccountingReader.ReadFile(bed.Source, TestContext.Current.CancellationToken)
            .Select(i => i.Record).OfType<JobRecord>().First(j => j.Hosts is { } on && on.IndexOfAny([' ', '*']) < 0);
        var line = File.ReadLines(bed.Live, System.Text.Encoding.Latin1).First(l => l.Contains($" 1 \"{job.Hosts}\" ", StringComparison.Ordinal));
        File.WriteAllText(
            bed.Live,
            string.Concat(Enumerable.Range(0, 3).Select(n => line.Replace(
                $" 1 \"{job.Hosts}\" ", $" {hosts} {string.Join(' ', Enumerable.Range(0, hosts).Select(h => $"\"host-{n}-{h}\""))} ", StringComparison.Ordinal).Replace($" {job.JobId} ", $" {9_000_000 + n} ", StringComparison.Ordinal) + "\n")),
            System.Text.Encoding.Latin1);

        Assert.Equal(3, bed.Collect().Records);
        Assert.Equal(3 * hosts, bed.Store.Report(JobFilter.All, [GroupKey.Host]).Count);
        Assert.Single(bed.Store.Query(new JobFilter { Hosts = [$"host-0-{hosts - 1}"] }));
    }

    [Fact]
    public void Hosts_without_a_name_or_named_twice_are_the_same_to_stores_reports_and_verification()
    {
        using var bed = new CollectorBed(kind);
        File.WriteAllBytes(bed.Live, generator.Next().Bytes);
        var job = Jobs().Single();
        var line = File.ReadAllText(bed.Live, System.Text.Encoding.Latin1);
        string[] odd = ["1 \"2*\"", "2 \"2*\" \"odd1\"", "1 \"3*odd2 odd2\"", "2 \"odd3 odd3\" \"2*odd3\""];
        var written = job.Hosts!.Contains('*', StringComparison.Ordinal) ? $"2 \"{job.Hosts[2..]}\" \"{job.Hosts[2..]}\"" : $"1 \"{job.Hosts}\"";
        File.WriteAllText(bed.Live, string.Concat(odd.Select((hosts, i) => line.Replace($" {written} ", $" {hosts} ", StringComparison.Ordinal).Replace($" {job.JobId} ", $" {9_000_000 + i} ", StringComparison.Ordinal))), System.Text.Encoding.Latin1);

        Assert.Equal(4, bed.Collect().Records);
        Assert.Empty(bed.Store.Verify().Differences);
        var reported = bed.Store.Report(JobFilter.All, [GroupKey.Host]);
        Assert.Equal([("-", 1L), ("odd1", 1L), ("odd2", 1L), ("odd3", 1L)], reported.Select(m => (m.Group, m.Jobs)));
        Assert.Equal(JobMeter.Measure(Jobs(), [GroupKey.Host]).Select(Row), reported.Select(Row));

        List<JobRecord> Jobs() => [.. AccountingReader.ReadFile(bed.Source, TestContext.Current.CancellationToken).Select(i => i.Record).OfType<JobRecord>()];
    }

    [Fact]
    public void Sums_of_any_size_end_no_report_and_no_collector()
    {
        const long most = 999_999_999_999_999_999;
        using var bed = new CollectorBed(kind);
        var record = generator.Next();
        var text = System.Text.Encoding.Latin1.GetString(record.Bytes);
        File.WriteAllText(bed.Live, string.Concat(Enumerable.Range(0, 20).Select(i => Numbered(9_000_000 + i))), System.Text.Encoding.Latin1);
        bed.Collect();
        foreach (var by in new GroupKey[][] { [], [GroupKey.Host], [GroupKey.Of(JobColumns.User)] })
        {
            bed.Execute($"UPDATE job_record SET submit_time = -{most}, start_time = 0, end_time = 253402300799, slots = 2147483647");
            bed.Execute($"UPDATE hosts_member SET slots = 2147483647");
            var counted = bed.Store.Report(new JobFilter { JobIds = [.. Enumerable.Range(9_000_000, 20)] }, by);
            Assert.All(counted, m => Assert.Equal((20, long.MaxValue, long.MaxValue), (m.Jobs, m.WaitSeconds, m.SlotSeconds)));
            Assert.All(counted, m => Assert.Equal(20.0 * most, m.WaitSummary.Total));
        }

        bed.Execute($"UPDATE daily SET wait_seconds = {long.MaxValue}, turnaround_seconds = {long.MaxValue}, run_seconds = {long.MaxValue}, slot_seconds = {long.MaxValue}");
        File.AppendAllText(bed.Live, Numbered(9_000_100) + Numbered(9_000_101), System.Text.Encoding.Latin1);
        Assert.Equal(2, bed.Collect().Records);
        Assert.Equal(22, Assert.Single(bed.Store.Report(JobFilter.All, [])).Jobs);
        Assert.NotEmpty(bed.Store.Verify().Differences);
        bed.Execute("CREATE TABLE copied AS SELECT * FROM job");

        string Numbered(int id) => text.Replace($" {record.JobId} ", $" {id} ", StringComparison.Ordinal);
    }

    /// <summary>Metrics as text, without the digits that the order of a sum changes.</summary>
    protected static string Row(JobMetrics m) =>
        $"{m.Group} {m.Jobs} {m.Done} {m.CpuSeconds:F3} {m.WaitSeconds} {m.TurnaroundSeconds} {m.RunSeconds} {m.SlotSeconds} {m.AverageHogFactor:F6} {m.AverageExpansionFactor:F3} {m.MaxMemKb} "
        + $"{m.CpuSummary.Maximum} {m.WaitSummary.Minimum} {m.ExpansionFactorSummary.Maximum:F3}";

    private void Append(LogWriter writer, int records)
    {
        for (var i = 0; i < records; i++)
        {
            writer.Append(generator.Next());
        }
    }
}
