using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NfsTools.Accounting.Formats.Slurm;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class SlurmFormatTests
{
    private const string Header = "JobID|JobName|User|Account|Partition|Submit|Eligible|Start|End|Elapsed|NCPUS|NNodes|NodeList|AllocTRES|ReqMem|Timelimit|UserCPU|SystemCPU|ConsumedEnergy|ExitCode|State\n";
    private const string Row =
        "42|sim|ann|chem|short|2024-01-31T10:00:00|2024-01-31T10:00:10|2024-01-31T10:01:00|2024-01-31T10:03:00|00:01:50|4|2|n[01-02]|billing=4,cpu=4,gres/gpu:a100=2,gres/gpu=2,mem=8G,node=2|8G|1-00:00:00|01:05.500|00:02:00|1.50K|0:0|COMPLETED\n";

    [Fact]
    public void Every_column_of_a_row_is_read()
    {
        var job = Job(Row);

        Assert.Equal((42L, 0L, "ann", "chem", "short", "sim"), (job.JobId, job.ArrayIndex, job.User, job.Project, job.Queue, job.JobName));
        Assert.Equal((60L, 180L, 120L, (long?)10L), (job.WaitSeconds, job.TurnaroundSeconds, job.RunSeconds, job.SuspendedSeconds));
        Assert.Equal(Utc(2024, 1, 31, 10, 0, 10), job.EligibleTime);
        Assert.Equal((4L, (long?)4L, (long?)2L, (long?)2L, "n01 n02"), (job.Slots, job.Cpus, job.Nodes, job.Gpus, job.Hosts));
        Assert.Equal(((long?)8 << 20, (long?)86400L, (double?)65.5, (double?)120.0), (job.RequestedMemKb, job.RunLimitSeconds, job.UserCpuSeconds, job.SystemCpuSeconds));
        Assert.Equal((1500.0, (long?)0L, null), (job.EnergyJoules!.Value, job.ExitCode, job.Signal));
        Assert.Equal(("DONE", "COMPLETED", "job"), (job.State, job.SchedulerState, job.RecordType));
        Assert.Equal("01:05.500", job.Fields["UserCPU"]);
    }

    [Theory]
    [InlineData("COMPLETED", "DONE", "COMPLETED", null)]
    [InlineData("FAILED", "FAILED", "FAILED", null)]
    [InlineData("CANCELLED", "CANCELLED", "CANCELLED", null)]
    [InlineData("CANCELLED by 6001", "CANCELLED", "CANCELLED", 6001L)]
    [InlineData("TIMEOUT", "TIMEOUT", "TIMEOUT", null)]
    [InlineData("DEADLINE", "TIMEOUT", "DEADLINE", null)]
    [InlineData("OUT_OF_MEMORY", "OUT_OF_MEMORY", "OUT_OF_MEMORY", null)]
    [InlineData("NODE_FAIL", "NODE_FAIL", "NODE_FAIL", null)]
    [InlineData("BOOT_FAIL", "NODE_FAIL", "BOOT_FAIL", null)]
    [InlineData("PREEMPTED", "PREEMPTED", "PREEMPTED", null)]
    [InlineData("REQUEUED", "REQUEUED", "REQUEUED", null)]
    [InlineData("REVOKED", "CANCELLED", "REVOKED", null)]
    [InlineData("RESIZING", "UNKNOWN", "RESIZING", null)]
    public void Each_state_of_an_ended_job_has_a_meaning(string word, string state, string scheduler, long? by)
    {
        var job = Job(Row.Replace("COMPLETED", word, StringComparison.Ordinal));

        Assert.Equal((state, scheduler, by), (job.State, job.SchedulerState, job.CancelledBy));
    }

    [Theory]
    [InlineData("RUNNING")]
    [InlineData("PENDING")]
    [InlineData("SUSPENDED")]
    [InlineData("COMPLETING")]
    [InlineData("REQUEUE_HOLD")]
    public void A_job_that_has_not_ended_is_no_job_yet(string state)
    {
        var record = Only(Header + Row.Replace("2024-01-31T10:03:00", "Unknown", StringComparison.Ordinal).Replace("COMPLETED", state, StringComparison.Ordinal));

        Assert.Equal(state, Assert.IsType<SlurmActiveJob>(record).Fields["State"]);
    }

    [Theory]
    [InlineData("42_5", "", 42L, 5L, "")]
    [InlineData("42_[1-3,9-11,20]", "", 42L, 0L, "1-3,9-11,20")]
    [InlineData("195+0", "", 195L, 0L, "")]
    [InlineData("195+1", "", 196L, 0L, "")]
    public void Ids_of_arrays_and_heterogeneous_jobs_are_taken_apart(string id, string raw, long number, long element, string elements)
    {
        var job = Job(id + Row[2..]);

        Assert.Equal((number, element, elements, raw), (job.JobId, job.ArrayIndex, job.ArrayElements, raw));
        Assert.Equal(id.Contains('+', StringComparison.Ordinal) ? 195L : null, job.HetJobId);
    }

    [Theory]
    [InlineData("n01", "n01")]
    [InlineData("n[01-04,07]", "n01 n02 n03 n04 n07")]
    [InlineData("n[9-11],gpu1", "n9 n10 n11 gpu1")]
    [InlineData("r[1-2]n[08-10]", "r1n08 r1n09 r1n10 r2n08 r2n09 r2n10")]
    [InlineData("n[1-65537]", "n[1-65537]")]
    [InlineData("n[1-999999999999]", "n[1-999999999999]")]
    [InlineData("n[1-2", "n[1-2")]
    [InlineData("a[1][1][1][1][1][1][1][1][1]", "a[1][1][1][1][1][1][1][1][1]")]
    public void Lists_of_nodes_are_expanded_within_bounds(string list, string hosts) =>
        Assert.Equal(hosts, Job(Row.Replace("n[01-02]", list, StringComparison.Ordinal)).Hosts);

    [Theory]
    [InlineData("6000M", 6000L << 10)]
    [InlineData("1.50G", 1536L << 10)]
    [InlineData("3000Mc", 4 * 3000L << 10)]
    [InlineData("48000Mn", 2 * 48000L << 10)]
    [InlineData("62.50Gn", 2 * 64000L << 10)]
    [InlineData("0n", null)]
    [InlineData("", null)]
    public void Memory_asked_for_is_the_jobs(string text, long? kb)
    {
        var log = Header.Replace("NCPUS", "ReqCPUS", StringComparison.Ordinal) + Row.Replace("|8G|", $"|{text}|", StringComparison.Ordinal);

        Assert.Equal(kb, Assert.IsType<SlurmJob>(Only(log)).RequestedMemKb);
    }

    [Theory]
    [InlineData("0:0", 0L, null)]
    [InlineData("1:0", 1L, null)]
    [InlineData("0:9", null, 9L)]
    [InlineData("0:125", null, null)]
    public void An_exit_code_and_a_signal_are_told_apart(string text, long? code, long? signal)
    {
        var job = Job(Row.Replace("|0:0|", $"|{text}|", StringComparison.Ordinal));

        Assert.Equal((code, signal), (job.ExitCode, job.Signal));
    }

    [Theory]
    [InlineData("UNLIMITED")]
    [InlineData("Partition_Limit")]
    [InlineData("")]
    public void Without_a_limit_there_is_none(string text) => Assert.Null(Job(Row.Replace("|1-00:00:00|", $"|{text}|", StringComparison.Ordinal)).RunLimitSeconds);

    [Fact]
    public void A_job_without_nodes_never_started_whatever_its_start_says()
    {
        var job = Job(Row.Replace("n[01-02]", "None assigned", StringComparison.Ordinal).Replace("2024-01-31T10:01:00", "None", StringComparison.Ordinal));
        var cancelled = Job(Row.Replace("n[01-02]", "None assigned", StringComparison.Ordinal));

        Assert.Equal((null, null, 180L), (job.StartTime, job.Hosts, job.WaitSeconds));
        Assert.Null(cancelled.StartTime);
    }

    [Fact]
    public void A_step_is_no_job()
    {
        var items = Read(Header + Row + "42.batch" + Row[2..] + "42_1.0" + Row[2..]);

        Assert.Equal(["SlurmJob", "SlurmStep", "SlurmStep"], items.Select(i => i.Record!.GetType().Name));
    }

    [Fact]
    public void A_newline_in_a_name_belongs_to_it_where_the_state_comes_behind()
    {
        var items = Read(Header + Row.Replace("sim", "two\nlines", StringComparison.Ordinal) + Row);

        Assert.Equal(["two\nlines", "sim"], items.Select(i => ((SlurmJob)i.Record!).JobName));
    }

    [Fact]
    public void Separators_in_a_name_belong_to_it() => Assert.Equal("a|b||", Job(Row.Replace("sim", "a|b||", StringComparison.Ordinal)).JobName);

    [Fact]
    public void A_name_that_begins_another_row_hides_neither_its_own_nor_the_next_row()
    {
        var forged = Row.Replace("sim", "x\n43|y", StringComparison.Ordinal);
        var items = Read(Header + Row + forged + "44" + Row[2..]);

        Assert.Equal([42L, null, 43L, 44L], items.Select(i => (i.Record as SlurmJob)?.JobId));
        Assert.Contains("fields in place of", items[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_be_read_in_two_ways_is_a_reject()
    {
        const string header = "JobID|JobName|User|Comment|Submit|Start|End|NCPUS|State\n";
        const string row = "1|a|b|c|d|2024-01-31T10:00:00|2024-01-31T10:00:00|2024-01-31T10:00:00|1|FAILED\n";

        Assert.Contains("in two ways", Assert.Single(Read(header + row)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_does_not_fit_its_columns_is_a_reject()
    {
        Assert.Contains("(NCPUS) is \"x\"", Assert.Single(Read(Header + Row.Replace("|4|2|", "|x|2|", StringComparison.Ordinal))).Reason, StringComparison.Ordinal);
        Assert.Contains("(End)", Assert.Single(Read(Header + Row.Replace("10:03:00", "10:63:00", StringComparison.Ordinal))).Reason, StringComparison.Ordinal);
        Assert.Contains("1970", Assert.Single(Read(Header + Row.Replace("2024", "1960", StringComparison.Ordinal))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("2K", 2048)]
    public void Nodes_of_the_largest_jobs_are_counted_in_1024s(string nodes, long count) =>
        Assert.Equal(count, Assert.IsType<SlurmJob>(Only($"JobID|Submit|Start|End|AllocCPUS|AllocNodes|State\n1|2024-07-15T08:00:00|2024-07-15T09:00:00|2024-07-15T10:00:00|65536|{nodes}|COMPLETED\n", "UTC")).Nodes);

    [Theory]
    [InlineData("JobID|State|End|NCPUS", true)]
    [InlineData("JobID|State|Start|NCPUS", false)]
    [InlineData("JobID|End|Start|NCPUS", false)]
    public void A_header_names_an_id_a_state_and_an_end(string line, bool isOne) => Assert.Equal(isOne, SlurmHead.IsHeader(Encoding.ASCII.GetBytes(line)));

    [Fact]
    public void The_hour_that_comes_twice_is_told_by_how_long_the_job_ran()
    {
        const string header = "JobID|Submit|Start|End|Elapsed|NCPUS|State\n";
        SlurmJob At(string row) => Assert.IsType<SlurmJob>(Only(header + row, "Europe/Zurich"));
        var over = At("1|2024-10-27T01:00:00|2024-10-27T02:30:00|2024-10-27T03:10:00|00:40:00|1|COMPLETED\n");
        var within = At("1|2024-10-27T02:10:00|2024-10-27T02:30:00|2024-10-27T02:40:00|01:10:00|1|COMPLETED\n");

        Assert.Equal((Utc(2024, 10, 27, 1, 30, 0), 2400L, false), (over.StartTime, over.RunSeconds, over.IsTimeDoubtful));
        Assert.Equal((4200L, false), (within.RunSeconds, within.IsTimeDoubtful));
        Assert.True(At("1|2024-10-27T02:10:00|2024-10-27T02:30:00|2024-10-27T02:40:00|00:10:00|1|COMPLETED\n").IsTimeDoubtful);
    }

    [Theory]
    [InlineData("01:50:00", "02:20:00", "00:30:00", "01:00:00", 26, 23, 50, 5400)]
    [InlineData("02:10:00", "04:10:00", "01:00:00", "02:00:00", 27, 0, 10, 10800)]
    [InlineData("02:10:00", "02:20:00", "00:10:00", "01:00:00", 27, 0, 10, 4200)]
    public void In_the_hour_that_comes_twice_a_suspended_job_was_there_for_longer_than_it_ran(string start, string end, string elapsed, string suspended, int day, int hour, int minute, long seconds)
    {
        var job = Assert.IsType<SlurmJob>(Only($"JobID|Submit|Start|End|Elapsed|Suspended|NCPUS|State\n1|2024-10-27T01:00:00|2024-10-27T{start}|2024-10-27T{end}|{elapsed}|{suspended}|1|COMPLETED\n", "Europe/Zurich"));

        Assert.Equal((Utc(2024, 10, day, hour, minute, 0), seconds, false), (job.StartTime, job.RunSeconds, job.IsTimeDoubtful));
    }

    [Theory]
    [InlineData("03:05:00", "01:00:00", true)]
    [InlineData("02:50:00", "01:15:00", true)]
    [InlineData("02:20:00", "01:45:00", false)]
    [InlineData("02:50:00", "02:15:00", false)]
    public void A_submission_in_the_hour_that_comes_twice_is_the_first_and_doubtful_where_both_were_before_the_start(string start, string elapsed, bool doubtful)
    {
        // How long it ran until 04:05 tells which 02:20 or 02:50 its start was.
        var job = Assert.IsType<SlurmJob>(Only($"JobID|Submit|Start|End|Elapsed|NCPUS|State\n1|2024-10-27T02:30:00|2024-10-27T{start}|2024-10-27T04:05:00|{elapsed}|1|COMPLETED\n", "Europe/Zurich"));

        Assert.Equal((Utc(2024, 10, 27, 0, 30, 0), doubtful), (job.SubmitTime, job.IsTimeDoubtful));
    }

    [Theory]
    [InlineData("real-slurm/sacct-xdmod.txt", "UTC", false)]
    [InlineData("real-slurm/sacct-header-rome.txt", "Europe/Rome", false)]
    [InlineData("real-slurm/sacct-all.txt.gz", "UTC", true)]
    public void The_schedulers_own_sums_come_out_of_real_rows(string file, string zone, bool isWide)
    {
        var items = Read(Content(file), zone);
        var jobs = items.Select(i => i.Record).OfType<SlurmJob>().ToList();
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path("real-slurm/expected.json")));
        var all = expected.RootElement.GetProperty("all");

        // One name and command has newlines: its row is cut where columns with newlines stand on both sides.
        var lost = isWide ? 1 : 0;
        Assert.Equal(isWide ? 5 : file.Contains("xdmod", StringComparison.Ordinal) ? 1 : 2, items.Count(i => i.Record is null));
        Assert.Equal(all.GetProperty("rows").GetInt32() - lost, jobs.Count);
        Assert.Equal(all.GetProperty("cpu_s").GetInt64() - lost, jobs.Sum(j => (j.RunSeconds - (j.SuspendedSeconds ?? 0)) * j.Slots));
        Assert.Equal(all.GetProperty("node_s").GetInt64() - lost, jobs.Sum(j => (j.RunSeconds - (j.SuspendedSeconds ?? 0)) * (j.Nodes ?? 0)));
        Assert.Equal(all.GetProperty("gpu_s").GetInt64(), jobs.Sum(j => (j.RunSeconds - (j.SuspendedSeconds ?? 0)) * (j.Gpus ?? 0)));
        foreach (var state in expected.RootElement.GetProperty("by_state").EnumerateObject())
        {
            var less = state.Name == "COMPLETED" ? lost : 0;
            Assert.Equal((state.Name, state.Value.GetProperty("rows").GetInt32() - less), (state.Name, jobs.Count(j => j.SchedulerState == state.Name)));
        }
    }

    [Theory]
    [InlineData("real-slurm/sacct-apel.txt", false)]
    [InlineData("real-slurm/sacct-apel-totalcpu.txt", true)]
    public void Rows_of_APELs_columns_are_read_without_a_header(string file, bool hasCpu)
    {
        var items = Read(Content(file));

        Assert.Equal(342, items.Count(i => i.Record is SlurmJob));
        Assert.All(items, i => Assert.True(i.Record is not null, i.Reason));
        Assert.Equal(hasCpu, items.Select(i => i.Record).OfType<SlurmJob>().Any(j => j.UserCpuSeconds is not null));
    }

    [Fact]
    public void Rows_of_APELs_columns_have_the_values_that_APEL_reads()
    {
        var items = Read(Content("slurm/test_parse.sacct15"));
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path("slurm/test_parse.expected.json")));
        var records = expected.RootElement.GetProperty("records").EnumerateArray().ToList();

        Assert.Equal(records.Count, items.Count);
        foreach (var (record, item) in records.Zip(items))
        {
            var id = record.GetProperty("JobName").GetString()!;
            if (id.Contains('.', StringComparison.Ordinal))
            {
                Assert.Equal(id, Assert.IsType<SlurmStep>(item.Record).Fields["JobID"]);
                continue;
            }

            var job = Assert.IsType<SlurmJob>(item.Record);
            Assert.Equal((id, record.GetProperty("LocalUserID").GetString(), record.GetProperty("LocalUserGroup").GetString()), ($"{job.JobId}", job.User, job.Group));
            Assert.Equal((record.GetProperty("WallDuration").GetInt64(), record.GetProperty("StartTime").GetDateTimeOffset(), record.GetProperty("StopTime").GetDateTimeOffset()), (job.RunSeconds, job.StartTime, job.EndTime));
            Assert.Equal((record.GetProperty("Queue").GetString(), record.GetProperty("NodeCount").GetInt64(), record.GetProperty("Processors").GetInt64()), (job.Queue, job.Nodes, job.Slots));

            // Whole seconds are CPUTimeRAW: cores by time, no use.
            Assert.Equal(job.Fields["CPU"].Contains(':', StringComparison.Ordinal) ? record.GetProperty("CpuDuration").GetInt64() : null, job.UserCpuSeconds is { } cpu ? (long?)Math.Ceiling(cpu) : null);
        }
    }

    [Fact]
    public void Rows_that_APEL_takes_are_jobs_and_those_of_jobs_that_have_not_ended_are_none()
    {
        Assert.All(Read(Content("slurm/status_accepted.sacct15")), i => Assert.IsType<SlurmJob>(i.Record));
        var rejected = Read(Content("slurm/status_rejected.sacct15"));

        // APEL leaves out three states of jobs that have ended.
        Assert.Equal(["BOOT_FAIL", "DEADLINE", "RESIZING"], rejected.Select(i => i.Record).OfType<SlurmJob>().Select(j => j.SchedulerState));
        Assert.Equal(["CONFIGURING", "COMPLETING", "PENDING", "RUNNING", "SUSPENDED"], rejected.Select(i => i.Record).OfType<SlurmActiveJob>().Select(j => j.Fields["State"]));
    }

    [Fact]
    public void Rows_with_values_that_are_none_are_rejects_and_others_of_steps_are_no_jobs()
    {
        var items = Read(Content("slurm/value_fails.sacct15"));

        Assert.DoesNotContain(items, i => i.Record is SlurmJob);
        Assert.Contains("\"20H\"", items[2].Reason, StringComparison.Ordinal);
        Assert.Contains("\"-16\"", items[4].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_header_in_the_middle_of_a_log_is_no_record_and_costs_none()
    {
        var items = Read(Header + Row + Header + "43" + Row[2..]);

        Assert.Equal([42L, 43L], items.Select(i => ((SlurmJob)i.Record!).JobId));
    }

    private static string Content(string name)
    {
        using var file = File.OpenRead(SampleData.Path(name));
        using var text = new StreamReader(name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.Latin1);
        return text.ReadToEnd();
    }

    private static DateTimeOffset Utc(int year, int month, int day, int hour, int minute, int second) => new(year, month, day, hour, minute, second, TimeSpan.Zero);

    private static SlurmJob Job(string row) => Assert.IsType<SlurmJob>(Only(Header + row));

    private static AccountingRecord Only(string log, string zone = "UTC") => Assert.Single(Read(log, zone)) is { Record: { } record } ? record : throw new InvalidDataException(Read(log, zone)[0].Reason);

    private static List<AccountingItem> Read(string log, string zone = "UTC")
    {
        var reader = new AccountingReader("slurm", timeZone: zone);
        return [.. reader.Feed(Encoding.UTF8.GetBytes(log)), .. reader.Finish()];
    }
}
