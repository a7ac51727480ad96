using System.Text;
using System.Text.Json;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Formats.Pbs;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class PbsFormatTests
{
    private const string Pbs =
        "07/15/2024 12:00:00;E;12[3].server1;user=ann group=chem account=\"big team\" project=_pbs_project_default jobname=sim queue=workq resvname=maint resvID=R7.server1 ctime=1721030000 qtime=1721030001 "
        + "etime=1721030002 start=1721030400 exec_host=n1/0*4+n2/1*2 exec_vnode=(n1:ncpus=4:mem=1048576kb:ngpus=2)+(n2:ncpus=2) Resource_List.mem=2gb Resource_List.ncpus=6 Resource_List.ngpus=2 "
        + "Resource_List.select=2:ncpus=3 Resource_List.walltime=01:00:00 session=77 end=1721037600 Exit_status=0 resources_used.cpupercent=95 resources_used.cput=00:30:05 resources_used.mem=2048kb "
        + "resources_used.ncpus=6 resources_used.vmem=1mb resources_used.walltime=02:00:00 eligible_time=00:01:00 run_count=2\n";

    private const string Torque =
        "07/15/2024 12:00:00;E;12.b0;user=ann group=chem account=chip jobname=sim queue=long ctime=1721030000 qtime=1721030000 etime=1721030000 start=1721030400 owner=ann@login1 exec_host=n1/0-1,5 "
        + "Resource_List.neednodes=1:ppn=3 Resource_List.nodes=1:ppn=3 Resource_List.walltime=10:00 session=9 total_execution_slots=3 unique_node_count=1 end=1721037600 Exit_status=271 resources_used.cput=1800 "
        + "resources_used.energy_used=0 resources_used.mem=12.27M resources_used.vmem=100mw resources_used.walltime=7200\n";

    [Fact]
    public void Every_column_of_a_pbs_record_is_read()
    {
        var job = Job(Pbs);

        Assert.Equal(("12[3].server1", 12L, 3L, "E"), (job.Id, job.JobId, job.ArrayIndex, job.RecordType));
        Assert.Equal(("ann", "chem", "big team", "workq", "sim", "R7.server1"), (job.User, job.Group, job.Project, job.Queue, job.JobName, job.Reservation));
        Assert.Equal(("4*n1 2*n2", 6L, (long?)6, (long?)2, (long?)6, (long?)2), (job.Hosts, job.Slots, job.NumProcessors, job.Nodes, job.Cpus, job.Gpus));
        Assert.Equal((1721030000, 1721030002L, 1721030400L, 1721037600), (job.SubmitSeconds, job.EligibleTime?.ToUnixTimeSeconds(), job.StartSeconds, job.EventSeconds));
        Assert.Equal(("DONE", (long?)0, (long?)0, (long?)null, (string?)null), (job.State, job.ExitStatus, job.ExitCode, job.Signal, job.ExitReason));
        Assert.Equal((1805, (long?)2048, (long?)1024, (long?)(2 << 20), (long?)3600), (job.CpuSeconds, job.MaxMemKb, job.MaxSwapKb, job.RequestedMemKb, job.RunLimitSeconds));
        Assert.Equal(("2:ncpus=3", (double?)7200, (double?)60, (long?)2), (job.ResReq, job.WallSeconds, job.EligibleSeconds, job.RunCount));
        Assert.Equal(("95", "maint", "77", "R7.server1"), (job.Fields["resources_used.cpupercent"], job.Fields["resvname"], job.Fields["session"], job.Fields["resvID"]));
        Assert.Equal(30, job.Fields.Count);
    }

    [Fact]
    public void Every_column_of_a_torque_record_is_read()
    {
        var job = Job(Torque);

        Assert.Equal(("12.b0", 12L, 0L, "chip", "login1"), (job.Id, job.JobId, job.ArrayIndex, job.Project, job.FromHost));
        Assert.Equal(("3*n1", 3L, (long?)3, (long?)1, (long?)3), (job.Hosts, job.Slots, job.NumProcessors, job.Nodes, job.Cpus));
        Assert.Equal((1800, (long?)12564, (long?)(100 << 13), (long?)600), (job.CpuSeconds, job.MaxMemKb, job.MaxSwapKb, job.RunLimitSeconds));
        Assert.Equal(("FAILED", (long?)271, (long?)null, (long?)15, "1:ppn=3"), (job.State, job.ExitStatus, job.ExitCode, job.Signal, job.ResReq));
    }

    [Theory]
    [InlineData("h/0", "h", 1)]
    [InlineData("h/0+h/1+g/0", "2*h g", 3)]
    [InlineData("h/0-3", "4*h", 4)]
    [InlineData("h/0-1,5,11", "4*h", 4)]
    [InlineData("h/0*13", "13*h", 13)]
    [InlineData("h/0*2+g/1*3+h/2", "3*h 3*g", 6)]
    [InlineData("h", "h", 1)]
    public void Hosts_are_read_in_all_their_forms(string list, string hosts, long slots) =>
        Assert.Equal((hosts, slots), Job(Torque.Replace("n1/0-1,5 ", list + " ", StringComparison.Ordinal)) is var job ? (job.Hosts, job.Slots) : default);

    [Theory]
    [InlineData("exec_host=n1/0-1,5 ", "", 3)]
    [InlineData("exec_host=n1/0-1,5 |total_execution_slots=3 ", "", 3)]
    [InlineData("exec_host=n1/0-1,5 |total_execution_slots=3 |Resource_List.nodes=1:ppn=3", "Resource_List.nodes=2:ppn=4+n7 ", 9)]
    [InlineData("exec_host=n1/0-1,5 |total_execution_slots=3 |Resource_List.nodes=1:ppn=3", "", 0)]
    public void A_record_without_hosts_has_the_slots_that_something_else_tells_of(string without, string with, long slots)
    {
        var job = Job(without.Split('|').Aggregate(Torque, (line, part) => line.Replace(part, "", StringComparison.Ordinal)).Replace("session=", with + "session=", StringComparison.Ordinal));

        Assert.Equal((slots, (string?)null, (long?)null), (job.Slots, job.Hosts, job.Nodes));
    }

    [Theory]
    [InlineData("100", 0L)]
    [InlineData("2048b", 2L)]
    [InlineData("2031040kb", 2031040L)]
    [InlineData("4gb", 4194304L)]
    [InlineData("1tb", 1073741824L)]
    [InlineData("512w", 4L)]
    [InlineData("1kw", 8L)]
    [InlineData("12.27M", 12564L)]
    [InlineData("1.5GB", 1572864L)]
    [InlineData("99999999999999999999gb", null)]
    [InlineData("-1kb", null)]
    [InlineData("4xb", null)]
    [InlineData("kb", null)]
    [InlineData("", null)]
    public void Sizes_are_read_in_all_their_units_and_what_is_none_is_unknown(string text, long? kilobytes) =>
        Assert.Equal(kilobytes, PbsValues.Kilobytes(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("9", 9.0)]
    [InlineData("12722", 12722.0)]
    [InlineData("02:05", 125.0)]
    [InlineData("18:15:24", 65724.0)]
    [InlineData("800:00:00", 2880000.0)]
    [InlineData("19:23:4", 69784.0)]
    [InlineData("1.5", 1.5)]
    [InlineData("1:2:3:4", null)]
    [InlineData("-5", null)]
    [InlineData("99999999999999999999:00", null)]
    [InlineData("", null)]
    public void Durations_are_read_in_seconds_and_by_the_clock(string text, double? seconds) =>
        Assert.Equal(seconds, PbsValues.Seconds(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("12", 12, 0)]
    [InlineData("12.b0", 12, 0)]
    [InlineData("12[3]", 12, 3)]
    [InlineData("12[3].server1.example.org", 12, 3)]
    [InlineData("12-3.b0", 12, 3)]
    [InlineData("12-3", 12, 3)]
    public void Ids_have_a_number_and_an_element(string id, long number, long element) =>
        Assert.Equal((number, element, id), Job(Torque.Replace("12.b0", id, StringComparison.Ordinal)) is var job ? (job.JobId, job.ArrayIndex, job.Id) : default);

    [Fact]
    public void The_end_of_an_array_as_a_whole_is_no_job()
    {
        var record = Assert.IsType<PbsRecord>(Assert.Single(ReadAll(Pbs.Replace("12[3]", "12[]", StringComparison.Ordinal))).Record);

        Assert.Equal(("E", "12[].server1", "ann"), (record.RecordType, record.Id, record.Fields["user"]));
    }

    [Fact]
    public void A_run_that_was_put_back_into_the_queue_is_a_job_of_its_own_where_its_use_is_told()
    {
        var run = Job(Pbs.Replace(";E;", ";R;", StringComparison.Ordinal).Replace("Exit_status=0", "Exit_status=-11", StringComparison.Ordinal));
        var torque = Assert.IsType<PbsRecord>(Assert.Single(ReadAll("07/15/2024 12:00:00;R;12.b0;\n")).Record);

        Assert.Equal(("R", "REQUEUED", 12L, 3L, 1805, 7200), (run.RecordType, run.State, run.JobId, run.ArrayIndex, run.CpuSeconds, run.EventSeconds - run.StartSeconds));
        Assert.Equal("JOB_EXEC_RERUN", run.ExitReason);
        Assert.Equal(("R", "12.b0"), (torque.RecordType, torque.Id));
    }

    [Theory]
    [InlineData(0, "DONE", 0, null, null, null)]
    [InlineData(1, "FAILED", 1, null, null, null)]
    [InlineData(255, "FAILED", 255, null, null, null)]
    [InlineData(143, "FAILED", null, 15, null, null)]
    [InlineData(265, "FAILED", null, 9, null, null)]
    [InlineData(271, "FAILED", null, 15, null, null)]
    [InlineData(-1, "FAILED", null, null, "JOB_EXEC_FAIL1", "JOB_EXEC_FAIL1")]
    [InlineData(-3, "REQUEUED", null, null, "JOB_EXEC_RETRY", "JOB_EXEC_RETRY")]
    [InlineData(-4, "NODE_FAIL", null, null, "JOB_EXEC_INITABT", "JOB_EXEC_INITABT")]
    [InlineData(-10, "FAILED", null, null, "JOB_EXEC_FAILUID", null)]
    [InlineData(-10, "OUT_OF_MEMORY", null, null, null, "JOB_EXEC_OVERLIMIT_MEM")]
    [InlineData(-11, "TIMEOUT", null, null, null, "JOB_EXEC_OVERLIMIT_WT")]
    [InlineData(-27, "OUT_OF_MEMORY", null, null, "JOB_EXEC_KILL_MEM", null)]
    [InlineData(-29, "TIMEOUT", null, null, "JOB_EXEC_KILL_WALLTIME", null)]
    [InlineData(-30, "FAILED", null, null, "JOB_EXEC_JOINJOB", null)]
    public void An_exit_status_is_a_code_a_signal_or_a_reason_of_pbs_or_torque(int status, string state, int? code, int? signal, string? pbs, string? torque)
    {
        var jobs = new List<(PbsJob Job, string? Reason)>();
        jobs.AddRange(pbs is not null || status >= 0 ? [(Job(Pbs.Replace("Exit_status=0", $"Exit_status={status}", StringComparison.Ordinal)), pbs)] : []);
        jobs.AddRange(torque is not null || status >= 0 ? [(Job(Torque.Replace("Exit_status=271", $"Exit_status={status}", StringComparison.Ordinal)), torque)] : []);

        Assert.NotEmpty(jobs);
        Assert.All(jobs, j => Assert.Equal((state, code, signal, j.Reason, status), (j.Job.State, j.Job.ExitCode, j.Job.Signal, j.Job.ExitReason, j.Job.ExitStatus)));
    }

    [Fact]
    public void Without_an_exit_status_nobody_knows_how_it_ended() =>
        Assert.Equal(("UNKNOWN", null), Job(Pbs.Replace("Exit_status=0 ", "", StringComparison.Ordinal)) is var job ? (job.State, job.ExitStatus) : default);

    [Theory]
    [InlineData("Q;12.b0;queue=long", "queue", "long")]
    [InlineData("S;12.b0;user=ann start=1721030400 exec_host=n1/0", "exec_host", "n1/0")]
    [InlineData("D;12.b0;requestor=ann@login1", "requestor", "ann@login1")]
    [InlineData("R;12.b0;user=ann end=1721037600 Exit_status=-3", "Exit_status", "-3")]
    [InlineData("B;R7.server1;owner=ann@login1 name=maint account=two words queue=R7 duration=60", "account", "two words")]
    [InlineData("P;12.b0;user=ann provision_vnode=n1:os provision_event=START start_time=1721030400", "provision_vnode", "n1:os")]
    [InlineData("a;12.b0;Resource_List.place='a \"b\" c' x=y", "Resource_List.place", "a \"b\" c")]
    [InlineData("z;12.b0;x=", "x", "")]
    public void Records_of_all_other_types_are_kept_with_all_their_keys(string rest, string key, string value)
    {
        var record = Assert.IsType<PbsRecord>(Assert.Single(ReadAll($"07/15/2024 12:00:00;{rest}\n")).Record);

        Assert.Equal((rest[..1], value), (record.RecordType, record.Fields[key]));
        Assert.Equal(rest[(rest.LastIndexOf(';') + 1)..], record.Body);
    }

    [Fact]
    public void A_record_of_words_is_kept() =>
        Assert.Equal("floating license hour:3 max:40", Assert.IsType<PbsRecord>(Assert.Single(ReadAll("07/15/2024 12:00:00;L;license;floating license hour:3 max:40\n")).Record).Body);

    [Fact]
    public void Only_the_stamp_is_of_the_time_zone_and_unknown_without_one()
    {
        const string Queued = "07/15/2024 12:00:00;Q;12.b0;queue=long\n";
        var (job, queued) = ((PbsJob)ReadAll(Torque, "Europe/Zurich")[0].Record!, (PbsRecord)ReadAll(Queued, "Europe/Zurich")[0].Record!);

        Assert.Equal((1721037600, 1721037600L, 1721037600L), (job.EventSeconds, job.RecordedTime?.ToUnixTimeSeconds(), queued.RecordedTime?.ToUnixTimeSeconds()));
        Assert.Equal(queued.RecordedTime, queued.EventTime);
        var (job2, queued2) = (Job(Torque), (PbsRecord)ReadAll(Queued)[0].Record!);
        Assert.Equal((1721037600, (DateTimeOffset?)null, (DateTimeOffset?)null, 0), (job2.EventSeconds, job2.RecordedTime, queued2.RecordedTime, queued2.EventSeconds));
        Assert.Equal("07/15/2024 12:00:00", queued2.Stamp);
    }

    [Theory]
    [InlineData(1729989000, 1729989000, false)]
    [InlineData(1729992600, 1729992600, false)]
    public void A_stamp_that_came_twice_is_the_one_near_the_job_s_end(long end, long recorded, bool isFirstOfTwo)
    {
        var line = Torque.Replace("07/15/2024 12:00:00", "10/27/2024 02:30:00", StringComparison.Ordinal).Replace("end=1721037600", $"end={end}", StringComparison.Ordinal);
        var job = (PbsJob)ReadAll(line, "Europe/Zurich")[0].Record!;

        Assert.Equal((recorded, isFirstOfTwo), (job.RecordedTime?.ToUnixTimeSeconds(), job.RecordedIsFirstOfTwo));
        Assert.True(((PbsRecord)ReadAll("10/27/2024 02:30:00;D;12.b0;requestor=ann\n", "Europe/Zurich")[0].Record!).RecordedIsFirstOfTwo);
    }

    [Theory]
    [InlineData("ctime=1721030000", "ctime=17210x", "ctime")]
    [InlineData("ctime=1721030000 ", "", "ctime")]
    [InlineData("etime=1721030000 start", "etime=1721030000start", "etime")]
    [InlineData("end=1721037600", "end=1721030399", "before it starts")]
    [InlineData("end=1721037600", "end=99999999999999999999", "end")]
    [InlineData("end=1721037600", "end=253402300800", "end")]
    [InlineData("end=1721037600 ", "", "end")]
    [InlineData("12.b0", "x12.b0", "number")]
    [InlineData("12.b0", "12[.b0", "number")]
    [InlineData("12.b0", "99999999999999999999.b0", "number")]
    [InlineData("n1/0-1,5", "n1/5-1", "exec_host")]
    [InlineData("n1/0-1,5", "n1/0*99999999999", "exec_host")]
    [InlineData("07/15/2024", "13/15/2024", "stamp")]
    [InlineData(";E;", ";;", "begin")]
    public void A_damaged_record_is_a_reject_that_says_why_and_leaves_its_neighbours_alone(string from, string to, string named)
    {
        var items = ReadAll(Torque + Torque.Replace(from, to, StringComparison.Ordinal) + Torque);

        Assert.Equal([true, false, true], items.Select(i => i.Record is not null));
        Assert.Contains(named, items[1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(200)]
    [InlineData(300)]
    public void A_record_that_was_cut_does_not_take_the_next_one_with_it(int length)
    {
        var items = ReadAll(Torque[..length] + Pbs);

        Assert.Equal([false, true], items.Select(i => i.Record is not null));
        Assert.Contains(RecordReader.NotFinished, items[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x\n07/15/2024 12:00:00;E;99.b0;user=bob group=g ctime=1 end=5 Exit_status=0\n")]
    [InlineData("x ctime=5 end=7 Exit_status=9 resources_used.cput=0")]
    [InlineData("x user=bob group=g exec_host=!/!")]
    [InlineData("07/15/2024 12:00:00;E;99.b0;user=bob")]
    [InlineData("it's = \"")]
    [InlineData("\n\n")]
    [InlineData("a;b;c \u001b[31m")]
    public void An_account_hides_no_job_and_makes_none(string account)
    {
        foreach (var (line, quoted) in new[] { (Torque, "account=chip"), (Pbs, "account=\"big team\"") })
        {
            var text = quoted.Contains('"', StringComparison.Ordinal) ? $"account=\"{account}\"" : $"account={account}";
            var items = ReadAll(Torque + line.Replace(quoted, text, StringComparison.Ordinal) + Pbs);
            var (job, expected) = ((PbsJob)items[1].Record!, Job(line));

            Assert.Equal(3, items.Count);
            Assert.All(items, i => Assert.IsType<PbsJob>(i.Record));
            Assert.Equal((expected.JobId, expected.User, expected.Group, expected.SubmitSeconds, expected.EventSeconds), (job.JobId, job.User, job.Group, job.SubmitSeconds, job.EventSeconds));
            Assert.Equal((expected.ExitStatus, expected.CpuSeconds, expected.Hosts, expected.Queue), (job.ExitStatus, job.CpuSeconds, job.Hosts, job.Queue));
        }
    }

    [Fact]
    public void An_account_without_an_end_takes_no_other_record_for_long()
    {
        var cut = "07/15/2024 12:00:00;E;12.b0;user=ann group=chem account=chip\n";
        var items = ReadAll(cut + string.Concat(Enumerable.Repeat("07/15/2024 12:00:00;Q;12.b0;x\n", 5000)));

        Assert.Equal((5001, false), (items.Count, items[0].Record is not null));
    }

    [Theory]
    [InlineData("07/15/2024 12:00:00;E;12.b0;", true)]
    [InlineData("\n07/15/2024 12:00:00;Q;12", true)]
    [InlineData("20150327:03/27/2015 00:06:27;E;1", true)]
    [InlineData("07/15/2", true)]
    [InlineData("07/15/2\n", false)]
    [InlineData("2024-07-15 12:00:00;E;12.b0;\n", false)]
    [InlineData("\"JOB_FINISH\" \"10.1\" 1\n", false)]
    [InlineData("07/15/2024 12:00:00 ERROR: it failed\n", false)]
    public void It_knows_what_begins_like_a_record(string begin, bool known) => Assert.Equal(known, new PbsFormat().Knows(Encoding.UTF8.GetBytes(begin)));

    [Fact]
    public void Texts_that_are_not_utf8_keep_each_byte_as_a_character()
    {
        var items = ReadAll(Encoding.Latin1.GetBytes(Torque.Replace("jobname=sim", "jobname=größe", StringComparison.Ordinal)));

        Assert.Equal("größe", Assert.IsType<PbsJob>(Assert.Single(items).Record).JobName);
    }

    [Fact]
    public void Real_records_have_the_values_that_another_reader_gives_them()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path("pbs/test_parse.expected.json")));
        var jobs = ReadAll(File.ReadAllBytes(SampleData.Path("pbs/test_parse.pbs"))).Select(i => Assert.IsType<PbsJob>(i.Record)).ToList();

        Assert.Equal(
            expected.RootElement.EnumerateArray().Select(e => (
                e.GetProperty("JobName").GetString(), e.GetProperty("LocalUserID").GetString(), e.GetProperty("LocalUserGroup").GetString(), (double?)e.GetProperty("WallDuration").GetDouble(),
                (double?)e.GetProperty("CpuDuration").GetDouble())),
            jobs.Select(j => ((string?)j.Id, j.User, j.Group, j.WallSeconds, j.UserCpuSeconds)));
        Assert.Equal(
            expected.RootElement.EnumerateArray().Select(e => (
                (DateTimeOffset?)e.GetProperty("StartTime").GetDateTimeOffset(), e.GetProperty("StopTime").GetDateTimeOffset(), (long?)e.GetProperty("MemoryReal").GetInt64(),
                (long?)e.GetProperty("MemoryVirtual").GetInt64(), (long?)e.GetProperty("NodeCount").GetInt64(), e.GetProperty("Processors").GetInt64())),
            jobs.Select(j => (j.StartTime, j.EndTime, j.MaxMemKb, j.MaxSwapKb, j.Nodes, j.Slots)));
    }

    [Fact]
    public void Real_hosts_have_the_nodes_and_cores_that_another_reader_gives_them()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path("pbs/exec_host.expected.json")));

        Assert.All(expected.RootElement.EnumerateArray(), e => Assert.Equal(
            (e.GetProperty("nodes").GetInt64(), e.GetProperty("cores").GetInt64()),
            Job(Torque.Replace("n1/0-1,5", e.GetProperty("exec_host").GetString(), StringComparison.Ordinal)) is var job ? (job.Nodes!.Value, job.Slots) : default));
    }

    [Fact]
    public void Real_records_that_are_none_are_told_of_and_those_that_are_no_job_or_have_no_host_are_read()
    {
        var items = ReadAll(File.ReadAllBytes(SampleData.Path("pbs/invalid.pbs")));

        Assert.Equal((4, null, null), (items.Count, items[0].Record, items[1].Record));
        Assert.Contains("etime is no time", items[0].Reason, StringComparison.Ordinal);
        Assert.Contains("ends before it starts", items[1].Reason, StringComparison.Ordinal);
        Assert.Equal("A", Assert.IsType<PbsRecord>(items[2].Record).RecordType);
        Assert.Equal((null, (long?)null, 8L, 0L), Assert.IsType<PbsJob>(items[3].Record) is var job ? (job.Hosts, job.Nodes, job.Slots, job.SlotSeconds) : default);
    }

    private static PbsJob Job(string line) => Assert.IsType<PbsJob>(Assert.Single(ReadAll(line)).Record);

    private static List<AccountingItem> ReadAll(string log, string? timeZone = null) => ReadAll(Encoding.UTF8.GetBytes(log), timeZone);

    private static List<AccountingItem> ReadAll(byte[] log, string? timeZone = null)
    {
        var reader = new AccountingReader("pbs", CollectorSource.DefaultCluster, "", timeZone);
        return [.. reader.Feed(log), .. reader.Finish()];
    }
}
