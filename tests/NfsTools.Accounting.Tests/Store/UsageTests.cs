using System.Globalization;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Reports;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>What jobs used is cut at midnight of the store's time zone, the same from the roll-up, from the jobs and from records; the cases are computed by hand.</summary>
public abstract class UsageTests(StoreKind kind)
{
    private const string Zurich = "Europe/Zurich";
    private readonly LsfLogGenerator generator = new(62, new LsfGeneratorOptions());

    // Each row: day, submitted, started, running, seconds.
    [Theory]
    [InlineData("UTC", "2026-01-31T22:00Z 2026-01-31T23:00Z 2026-02-01T02:00Z", "2026-01-31 1 1 1 3600;2026-02-01 0 0 1 7200")]
    [InlineData("UTC", "2026-01-31T22:00Z 2026-01-31T23:00Z 2026-02-01T00:00Z", "2026-01-31 1 1 1 3600")]
    [InlineData("UTC", "2026-01-30T22:00Z 2026-01-31T00:00Z 2026-01-31T00:00Z", "2026-01-30 1 0 0 0;2026-01-31 0 1 1 0")]
    [InlineData("UTC", "2026-01-30T22:00Z - 2026-02-05T00:00Z", "2026-01-30 1 0 0 0")]
    [InlineData("UTC", "2024-02-28T12:00Z 2024-02-28T12:00Z 2024-03-01T12:00Z", "2024-02-28 1 1 1 43200;2024-02-29 0 0 1 86400;2024-03-01 0 0 1 43200")]
    [InlineData("UTC", "2023-02-28T12:00Z 2023-02-28T12:00Z 2023-03-01T12:00Z", "2023-02-28 1 1 1 43200;2023-03-01 0 0 1 43200")]
    [InlineData(Zurich, "2026-01-31T22:00Z 2026-01-31T22:30Z 2026-01-31T23:30Z", "2026-01-31 1 1 1 1800;2026-02-01 0 0 1 1800")]
    [InlineData(Zurich, "2026-03-28T12:00+01:00 2026-03-28T12:00+01:00 2026-03-30T12:00+02:00", "2026-03-28 1 1 1 43200;2026-03-29 0 0 1 82800;2026-03-30 0 0 1 43200")]
    [InlineData(Zurich, "2026-10-24T12:00+02:00 2026-10-24T12:00+02:00 2026-10-26T12:00+01:00", "2026-10-24 1 1 1 43200;2026-10-25 0 0 1 90000;2026-10-26 0 0 1 43200")]
    [InlineData("America/Sao_Paulo", "2018-11-03T22:00-03:00 2018-11-03T23:00-03:00 2018-11-04T02:00-02:00", "2018-11-03 1 1 1 3600;2018-11-04 0 0 1 3600")]
    [InlineData("America/St_Johns", "2010-11-06T22:00-02:30 2010-11-06T23:00-02:30 2010-11-07T00:30-03:30", "2010-11-06 1 1 1 7200;2010-11-07 0 0 1 1800")]
    public void A_job_is_cut_at_midnight(string timeZone, string times, string expected)
    {
        using var bed = Filled(timeZone, times);

        Agree(bed, timeZone, GroupKey.Day, null, null, expected.Split(';'));
    }

    [Theory]
    [InlineData("UTC", null, null, "2023-12 1 1 1 43200;2024-01 1 1 2 2721600;2024-02 0 0 1 2505600;2024-03 0 0 1 3600")]
    [InlineData("UTC", "2024-01-15T00:00Z", "2024-02-15T00:00Z", "2024-01 0 0 1 1468800;2024-02 0 0 1 1209600")]
    [InlineData("UTC", "2024-01-15T06:00Z", "2024-02-15T18:00Z", "2024-01 0 0 1 1447200;2024-02 0 0 1 1274400")]
    public void A_month_has_what_was_used_in_it_of_jobs_that_began_before(string timeZone, string? from, string? to, string expected)
    {
        using var bed = Filled(timeZone, "2023-12-31T11:00Z 2023-12-31T12:00Z 2024-01-01T12:00Z", "2024-01-01T11:00Z 2024-01-01T00:00Z 2024-03-01T01:00Z");

        Agree(bed, timeZone, GroupKey.Month, Time(from), Time(to), expected.Split(';'));
    }

    [Theory]
    [InlineData("2024-02-10T00:00Z", "2024-02-11T00:00Z", "total 0 0 1 86400")]
    [InlineData("2024-02-10T06:00Z", "2024-02-10T18:00Z", "total 0 0 1 43200")]
    [InlineData("2024-01-01T00:00Z", "2024-01-02T00:00Z", "total 1 1 1 43200")]
    [InlineData("2024-03-01T12:00Z", "2024-03-02T00:00Z", "total 0 0 0 0")]
    [InlineData(null, "2024-01-02T00:00Z", "total 1 1 1 43200")]
    [InlineData("2024-02-29T00:00Z", null, "total 0 0 1 129600")]
    public void A_time_has_what_was_used_within_its_borders(string? from, string? to, string expected)
    {
        using var bed = Filled("UTC", "2024-01-01T11:00Z 2024-01-01T12:00Z 2024-03-01T12:00Z");

        Agree(bed, "UTC", null, Time(from), Time(to), [expected]);
    }

    [Fact]
    public void Slots_cores_nodes_gpus_and_memory_are_counted_by_the_time_they_were_held()
    {
        using var bed = Filled("UTC", "2026-01-31T22:00Z 2026-01-31T23:00Z 2026-02-01T02:00Z");
        var job = Assert.Single(bed.Store.Query(JobFilter.All));
        bed.Execute("UPDATE job_record SET slots = 6, cpus = 12, nodes = 2, gpus = 3, avg_mem_kb = NULL, max_mem_kb = 5000");

        var day = bed.Store.Report(new JobFilter { JobIds = [job.JobId] }, [GroupKey.Day], MeasureBasis.Used)[1];

        Assert.Equal((7200L, 6 * 7200L, 12 * 7200.0, 2 * 7200L, 3 * 7200.0, 5000 * 7200.0), (day.UsedWallSeconds, day.UsedSlotSeconds, day.UsedCoreSeconds, day.UsedNodeSeconds, day.UsedGpuSeconds, day.UsedMemKbSeconds));
        bed.Execute("UPDATE job_record SET cpus = NULL, avg_mem_kb = 4000");
        day = bed.Store.Report(new JobFilter { JobIds = [job.JobId] }, [GroupKey.Day], MeasureBasis.Used)[1];
        Assert.Equal((6 * 7200.0, 4000 * 7200.0), (day.UsedCoreSeconds, day.UsedMemKbSeconds));
    }

    [Fact]
    public void A_job_of_thousands_of_years_makes_few_rows_and_keeps_all_that_it_used()
    {
        using var bed = Filled("UTC", "1970-01-01T00:00:01Z 1970-01-01T00:00:01Z 9999-12-31T23:59:59Z");
        const double run = 253_402_300_799 - 1, cut = JobDay.MostDays * 86400 - 1;

        Assert.InRange((long)bed.Scalar("SELECT count(*) FROM daily WHERE by_key = 0")!, JobDay.MostDays, JobDay.MostDays + 1);
        foreach (var filter in new[] { JobFilter.All, new JobFilter { JobIds = [.. bed.Store.Query(JobFilter.All).Select(j => j.JobId)] } })
        {
            var total = Assert.Single(bed.Store.Report(filter, [], MeasureBasis.Used));
            Assert.Equal(((long)run, (long)(run - cut)), (total.UsedWallSeconds, total.EarlierSeconds));
        }

        Assert.Empty(bed.Store.Verify().Differences);
    }

    [Fact]
    public void Reports_of_what_was_used_agree_from_the_roll_up_from_the_jobs_and_from_records()
    {
        using var bed = new CollectorBed(kind, Zurich);
        using var writer = bed.Writer();
        for (var i = 0; i < 2000; i++)
        {
            writer.Append(generator.Next());
        }

        bed.Collect();
        var records = Records(bed);
        var jobIds = records.Select(r => r.JobId).Distinct().ToList();
        var calendar = DayCalendar.Of(Zurich);
        var first = DateTimeOffset.FromUnixTimeSeconds(calendar.StartOf(calendar.DayOf(records.Min(r => r.SubmitTime.ToUnixTimeSeconds())) + 1));
        foreach (var (from, to) in new (DateTimeOffset?, DateTimeOffset?)[] { (null, null), (first, first.AddDays(1)), (first.AddHours(1), first.AddHours(30)) })
        {
            foreach (var by in new GroupKey[][] { [], [GroupKey.Of(JobColumns.User)], [GroupKey.Day, GroupKey.Of(JobColumns.Queue)], [GroupKey.Month, GroupKey.Cluster], [GroupKey.Host] })
            {
                var measured = new JobMeter(by, MeasureBasis.Used, calendar, from, to);
                records.ForEach(measured.Add);

                Assert.Equal(measured.Groups().Select(Figures), bed.Store.Report(new JobFilter { From = from, To = to }, by, MeasureBasis.Used).Select(Figures));
                Assert.Equal(measured.Groups().Select(Figures), bed.Store.Report(new JobFilter { From = from, To = to, JobIds = jobIds }, by, MeasureBasis.Used).Select(Figures));
            }
        }

        Assert.Empty(bed.Store.Verify().Differences);
        Assert.Empty(bed.Store.Verify(quick: true).Differences);

        static string Figures(JobMetrics m) => $"{Row(m)} {m.UsedSlotSeconds} {m.UsedCoreSeconds:F3} {m.UsedNodeSeconds} {m.UsedGpuSeconds:F3} {m.UsedMemKbSeconds:F0}";
    }

    [Fact]
    public void The_day_a_job_ended_on_is_that_of_the_stores_time_zone()
    {
        using var bed = Filled(Zurich, "2026-01-31T22:00Z 2026-01-31T22:30Z 2026-01-31T23:30Z");
        var job = Assert.Single(bed.Store.Query(JobFilter.All));

        foreach (var filter in new[] { JobFilter.All, new JobFilter { JobIds = [job.JobId] } })
        {
            var day = Assert.Single(bed.Store.Report(filter, [GroupKey.Day, GroupKey.Month]));
            Assert.Equal(("2026-02-01 2026-02", Zurich, 1, 3600), (day.Group, day.TimeZone, day.Jobs, day.RunSeconds));
        }
    }

    [Fact]
    public void A_store_keeps_its_time_zone_and_refuses_another_one()
    {
        using var bed = new CollectorBed(kind, Zurich);
        foreach (var address in new[] { StoreAddress.Parse(bed.Database), StoreAddress.Parse(bed.Database).In(Zurich) })
        {
            using var again = AccountingStore.OpenToWrite(address);
            Assert.Equal(Zurich, again.Calendar.TimeZone);
        }

        var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite(StoreAddress.Parse(bed.Database).In("UTC")));
        Assert.Contains("are those of Europe/Zurich, not of UTC", error.Message, StringComparison.Ordinal);
        Assert.Contains("Europe/Zurych", Assert.Throws<NfsToolsException>(() => StoreAddress.Parse(bed.Database).In("Europe/Zurych")).Message, StringComparison.Ordinal);
    }

    private static string Row(JobMetrics m) => $"{m.Group} {m.SubmittedJobs} {m.StartedJobs} {m.RunningJobs} {m.UsedWallSeconds}";

    private static DateTimeOffset? Time(string? text) => text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static List<JobRecord> Records(CollectorBed bed) =>
        [.. AccountingReader.ReadFile(bed.Source, TestContext.Current.CancellationToken).Select(i => i.Record).OfType<JobRecord>()];

    private static void Agree(CollectorBed bed, string timeZone, GroupKey? by, DateTimeOffset? from, DateTimeOffset? to, string[] expected)
    {
        GroupKey[] keys = by is null ? [] : [by];
        var records = Records(bed);
        var meter = new JobMeter(keys, MeasureBasis.Used, DayCalendar.Of(timeZone), from, to);
        records.ForEach(meter.Add);
        Assert.Equal(expected, meter.Groups().Select(Row));
        Assert.Equal(expected, bed.Store.Report(new JobFilter { From = from, To = to }, keys, MeasureBasis.Used).Select(Row));
        Assert.Equal(expected, bed.Store.Report(new JobFilter { From = from, To = to, JobIds = [.. records.Select(r => r.JobId)] }, keys, MeasureBasis.Used).Select(Row));
        Assert.Empty(bed.Store.Verify().Differences);
    }

    // A store of jobs, each of: submitted, started ("-" for never) and ended.
    private CollectorBed Filled(string timeZone, params string[] jobs)
    {
        var bed = new CollectorBed(kind, timeZone);
        var record = generator.Next();
        while (record.Kind != GeneratedKind.Job)
        {
            record = generator.Next();
        }

        File.WriteAllText(bed.Live, string.Concat(jobs.Index().Select(j => Line(System.Text.Encoding.Latin1.GetString(record.Bytes), j.Index, j.Item.Split(' ')))), System.Text.Encoding.Latin1);
        Assert.Equal(jobs.Length, bed.Collect().Records);
        return bed;
    }

    // JOB_FINISH, version, end, job id, user id, options, processors, submission, begin, term, start ...
    private static string Line(string line, int number, string[] times)
    {
        const int end = 2, id = 3, submit = 7, start = 10;
        var fields = line.Split(' ');
        long Seconds(string text) => text == "-" ? 0 : Time(text)!.Value.ToUnixTimeSeconds();
        (fields[end], fields[id], fields[submit], fields[start]) = ($"{Seconds(times[2])}", $"{1000 + number}", $"{Seconds(times[0])}", $"{Seconds(times[1])}");
        return string.Join(' ', fields);
    }
}

/// <inheritdoc/>
public sealed class SqliteUsageTests() : UsageTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlUsageTests() : UsageTests(StoreKind.PostgreSql);
