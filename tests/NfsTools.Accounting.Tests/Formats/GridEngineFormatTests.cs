using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Formats.GridEngine;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class GridEngineFormatTests
{
    // As 8.1.9 writes them, and Univa since 8.3: accounting(5).
    private const string Record =
        "all.q:n1:physics:ana:run:42:sge:5:1700000000:1700000040:1700000100:0:0:60:1.500000:0.250000:4516.000000:0:0:0:0:273:0:0:0.000000:24:0:0:0:5:6:"
        + "genome:sciences:NONE:1:0:1.750000:0.010000:0.020000:-q all.q -l h_rt=3600:0.000000:NONE:2097152.000000:0:0\n";

    private const string Univa =
        "all.q:n1:physics:ana:run:42:sge:0:1700000000123:1700000040456:1700000100289:0:0:60.333:1.500:0.250:4516:0:0:0:0:273:0:0:0:24:0:0:0:5:6:"
        + "genome:sciences:mpi:8:3:100.750:0.010:0.020:-pe mpi 8:0.000:NONE:2097152:7:1699999000000:fast:NONE:1048576:900000:login1:/home/ana:qsub \u00ffx run:61.000:12:0,1\n";

    [Fact]
    public void Each_column_has_its_meaning_and_unit()
    {
        var job = Job(Record);

        Assert.Equal((42L, 0L, "ana", "physics", "all.q"), (job.JobId, job.ArrayIndex, job.User, job.Group, job.Queue));
        Assert.Equal(("genome", "sciences", "run", "n1", 1L, 1L), (job.Project, job.UserGroup, job.JobName, job.Hosts, job.Slots, job.Nodes));
        Assert.Equal((40L, 100L, 60L, 1.75), (job.WaitSeconds, job.TurnaroundSeconds, job.RunSeconds, job.CpuSeconds));
        Assert.Equal((1.5, 0.25, 4516L, 2048L), (job.UserCpuSeconds, job.SystemCpuSeconds, job.MaxMemKb, job.MaxSwapKb));
        Assert.Equal(("-q all.q -l h_rt=3600", 3600L, 1L), (job.ResReq, job.RunLimitSeconds, job.NumProcessors));
        Assert.Equal(("DONE", "no failure", null, 0L, null), (job.State, job.SchedulerState, job.ExitReason, job.ExitCode, job.Signal));
        Assert.Equal((null, null, null, "sge", 0.02, 24d), (job.Reservation, job.App, job.Command, job.Line.Account, job.Line.Io, job.Line.RuOublock));
    }

    [Fact]
    public void Univas_records_have_milliseconds_and_fields_of_their_own()
    {
        var job = Assert.IsType<GridEngineJob>(Assert.Single(ReadAll(Encoding.Latin1.GetBytes(Univa))).Record);

        Assert.Equal((1_700_000_000L, 40L, 60L, 3L), (job.SubmitTime.ToUnixTimeSeconds(), job.WaitSeconds, job.RunSeconds, job.ArrayIndex));
        Assert.Equal((1024L, 2048L, 100.75, 100.5), (job.MaxMemKb, job.MaxSwapKb, job.CpuSeconds, job.UserCpuSeconds));
        Assert.Equal(("7", "fast", "login1", "/home/ana", "qsub :x run"), (job.Reservation, job.App, job.FromHost, job.Cwd, job.Command));
        Assert.Equal((8L, 8L, null), (job.Slots, job.NumProcessors, job.Nodes));
        Assert.Equal((61d, 12d, "0,1", 1_699_999_000L), (job.Line.Wallclock, job.Line.IoOps, job.Line.BoundCores, job.Line.ArSubmissionTime?.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData(43)]
    [InlineData(45)]
    [InlineData(46)]
    [InlineData(52)]
    public void Each_versions_number_of_fields_is_read(int fields)
    {
        var parts = (fields > 46 ? Univa : Record.TrimEnd('\n') + ":NONE\n").TrimEnd('\n').Split(':');

        var job = Job(string.Join(':', parts[..fields]) + "\n");

        Assert.Equal((42L, 60L, null), (job.JobId, job.RunSeconds, job.Line.Extras));
    }

    [Theory]
    [InlineData(0, 0, "NONE", "DONE", 0, null, null)]
    [InlineData(0, 3, "NONE", "FAILED", 3, null, null)]
    [InlineData(0, 255, "NONE", "FAILED", 255, null, null)]
    [InlineData(100, 137, "NONE", "FAILED", null, 9, "assumedly after job")]
    [InlineData(100, 137, "ana@login1", "CANCELLED", null, 9, "assumedly after job")]
    [InlineData(0, 0, "ana@login1", "DONE", 0, null, null)]
    [InlineData(37, 137, "NONE", "TIMEOUT", null, 9, "qmaster enforced h_rt, h_cpu, or h_vmem limit")]
    [InlineData(25, 99, "NONE", "REQUEUED", 99, null, "rescheduling")]
    [InlineData(24, 0, "NONE", "REQUEUED", 0, null, "migrating (checkpointing jobs)")]
    [InlineData(30, 100, "NONE", "FAILED", 100, null, "application error returned")]
    [InlineData(26, 0, "NONE", "FAILED", null, null, "opening input/output file")]
    [InlineData(19, 0, "NONE", "NODE_FAIL", null, null, "before writing exit_status")]
    [InlineData(77, 1, "NONE", "FAILED", 1, null, null)]
    public void How_it_ended_is_told_by_failed_and_exit_status(int failed, int status, string deleted, string state, int? code, int? signal, string? reason)
    {
        var job = Job(Univa.Replace(":0:0:60.333:", $":{failed}:{status}:60.333:", StringComparison.Ordinal).Replace("fast:NONE", $"fast:{deleted}", StringComparison.Ordinal));

        Assert.Equal((state, (long?)code, (long?)signal, reason), (job.State, job.ExitCode, job.Signal, job.ExitReason));
        Assert.Equal(((long?)failed, (long?)status), (job.ExitInfo, job.ExitStatus));
        Assert.Equal(failed is 19 or 26, job.UserCpuSeconds is null);
    }

    [Fact]
    public void A_job_that_never_started_ended_when_it_was_submitted()
    {
        var job = Job(Record.Replace(":1700000040:1700000100:0:0:60:", ":0:0:1:0:0:", StringComparison.Ordinal));

        Assert.Equal((null, job.SubmitTime, 0L, 0L), (job.StartTime, job.EndTime, job.RunSeconds, job.WaitSeconds));
    }

    [Fact]
    public void A_record_without_any_time_and_one_of_a_parallel_task_are_no_jobs()
    {
        var untimed = Record.Replace("1700000000:1700000040:1700000100:0:", "0:0:0:25:", StringComparison.Ordinal);
        var task = Record.Replace(":NONE:2097152", ":1.n2:2097152", StringComparison.Ordinal);

        Assert.Equal(["untimed", "pe_task"], ReadAll(untimed + task).Select(i => Assert.IsType<GridEngineOther>(i.Record).RecordType));
        var other = Assert.IsType<GridEngineOther>(Assert.Single(ReadAll(task)).Record);
        Assert.Equal(("1.n2", 42L, 1_700_000_100L), (other.Line.PeTaskId, other.Line.JobNumber, other.EventTime.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData("run", "a:b")]
    [InlineData("run", ":x:")]
    [InlineData("all.q -l h_rt=3600", "all.q -l h_rt=1:0:0")]
    [InlineData("run", "x\r")]
    public void A_colon_in_a_name_or_a_request_moves_no_field(string from, string to)
    {
        foreach (var record in new[] { Record, Univa, Record[..Record.LastIndexOf(":0:0", StringComparison.Ordinal)] + "\n", Record.TrimEnd('\n') + ":NONE\n" })
        {
            var job = Job(record.Replace(from, to, StringComparison.Ordinal));

            Assert.Equal((42L, 60L, "ana", 2048L), (job.JobId, job.RunSeconds, job.User, job.MaxSwapKb));
            Assert.Contains(record == Univa && from != "run" ? "run" : to, from == "run" ? job.JobName : job.JobName + job.ResReq, StringComparison.Ordinal);
        }

        Assert.Equal(3600, Job(Record.Replace("h_rt=3600", "h_rt=1:0:0", StringComparison.Ordinal)).RunLimitSeconds);
    }

    [Theory]

    // Of a job's name, number and account each of two could be the number.
    [InlineData(":run:42:", ":run:41:42:")]

    // Requests that end as a record does, so that it would be read as a task's or with other use.
    [InlineData("-q all.q", "x:0.0:1.n2:0.0:0:0:-q all.q")]
    [InlineData("-q all.q", "x:0:1.vm:0:0:0:NONE:NONE:1:1:l:/h")]

    // A name that holds a whole record.
    [InlineData(":run:", ":a:1:sge:5:1:2:3:0:0:9:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:p:d:NONE:9:0:0:0:0:x:")]
    public void What_a_user_chose_changes_nothing_that_the_scheduler_wrote(string from, string to)
    {
        var item = Assert.Single(ReadAll(Record.Replace(from, to, StringComparison.Ordinal)));

        if (item.Record is null)
        {
            Assert.Contains("more than one way", item.Reason, StringComparison.Ordinal);
            return;
        }

        var job = Assert.IsType<GridEngineJob>(item.Record);
        Assert.Equal((42L, 60L, 2048L, "ana"), (job.JobId, job.RunSeconds, job.MaxSwapKb, job.User));
    }

    [Fact]
    public void A_request_with_a_newline_is_part_of_its_record()
    {
        var items = ReadAll(Record + Record.Replace("-q all.q", "-q all.q,x\ny\n# z", StringComparison.Ordinal) + Record);

        Assert.Equal(["-q all.q -l h_rt=3600", "-q all.q,x\ny\n# z -l h_rt=3600", "-q all.q -l h_rt=3600"], items.Select(i => Assert.IsType<GridEngineJob>(i.Record).ResReq));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(150)]
    [InlineData(230)]
    public void A_record_that_was_cut_does_not_take_the_next_one_along(int length)
    {
        var items = ReadAll(Record + Record[..length] + "\n" + Record);

        Assert.Equal([true, false, true], items.Select(i => i.Record is not null));
        Assert.Equal(length + 1, items[1].Length);
    }

    [Theory]
    [InlineData(":42:", ":4x2:", "JobNumber")]
    [InlineData(":1700000100:", ":17000001000000000000:", "EndTime")]
    [InlineData(":1700000100:", ":999999999999999999:", "EndTime")]
    [InlineData(":1.750000:", ":1.75s:", "Cpu")]
    [InlineData(":NONE:1:0:", ":NONE:99999999999:0:", "32 bits")]
    [InlineData(":2097152.000000:0:0", ":2097152.000000:0", "44 fields")]
    [InlineData(":sciences:NONE:1:0:1.750000:0.010000:0.020000:-q all.q -l h_rt=3600:0.000000:NONE:2097152.000000:0:0", "", "32 fields")]
    public void A_damaged_record_is_a_reject_that_says_what_is_wrong(string from, string to, string named)
    {
        var items = ReadAll(Record + Record.Replace(from, to, StringComparison.Ordinal) + Record);

        Assert.Equal([true, false, true], items.Select(i => i.Record is not null));
        Assert.Contains(named, items[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_and_lines_of_one_character_are_filler() =>
        Assert.Equal(2, ReadAll("# Version: 8.1.9\n# \n\nx\n" + Record + "x\r\n \n" + Record.TrimEnd('\n')).Count);

    [Theory]
    [InlineData(Record, true)]
    [InlineData("# Version: 8.1.9\nall.q:n1:phys", true)]
    [InlineData("# Version: 8.1.9\nall.q", false)]
    [InlineData("11/14/2023 22:13:20;E;12.server;user=ann start=1700000000\n11", false)]
    [InlineData("not one of its records\nall.q:n1:phys", false)]
    [InlineData("root:x:0:0:root:/root:/bin/bash\n", false)]
    [InlineData("root:x:0:0:root:/root:/bin/ba", false)]
    [InlineData("11/14/2023 22:13:20;E;12.server;user=ann start=1700000000\n", false)]
    [InlineData("\"JOB_FINISH\" \"10.1\" 1700000100 42\n", false)]
    [InlineData("12|run|c1|2023-11-14T22:13:20|2023-11-14T22:13:20|0:0\n", false)]
    public void Only_what_begins_like_a_record_is_known(string log, bool known) => Assert.Equal(known, RecordFormats.Get("gridengine").Knows(Encoding.UTF8.GetBytes(log)));

    [Fact]
    public void The_figures_of_a_real_cluster_are_those_that_its_own_qacct_tells()
    {
        var records = ReadAll(File.ReadAllBytes(SampleData.Path("real-gridengine/accounting"))).ConvertAll(i => i.Record!);
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path("real-gridengine/expected.json")));
        var lines = records.ConvertAll(r => r is GridEngineJob job ? job.Line : Assert.IsType<GridEngineOther>(r).Line);

        Assert.Equal(expected.RootElement.GetProperty("accounting_records").GetInt32(), records.Count);
        Assert.Equal(expected.RootElement.GetProperty("qacct_j_distinct_jobs").GetInt32(), lines.DistinctBy(l => l.JobNumber).Count());
        Assert.Equal(3, records.Count(r => r.RecordType == "pe_task"));
        Assert.Equal(1, records.Count(r => r.RecordType == "untimed"));
        Assert.Equal(6.797, lines.Sum(l => l.Cpu!.Value), 0.0005);
        Assert.Equal(310, lines.Sum(l => l.RuWallclock));

        // Each job's CPU time is qacct's of it; what is no job adds the rest.
        foreach (var row in expected.RootElement.GetProperty("qacct-o.txt").EnumerateArray())
        {
            var owned = records.Where((_, i) => lines[i].Owner == row.GetProperty("key").GetString()).ToList();
            var used = owned.Sum(r => r is GridEngineJob job ? job.CpuSeconds : ((GridEngineOther)r).Line.Cpu!.Value);
            Assert.Equal(row.GetProperty("cpu").GetDouble(), used, 0.0011);
        }

        foreach (var count in expected.RootElement.GetProperty("qacct_j_by_failed").EnumerateObject())
        {
            Assert.Equal(count.Value.GetInt32(), lines.Count(l => $"{l.Failed}" == count.Name));
        }

        foreach (var count in expected.RootElement.GetProperty("qacct_j_by_project").EnumerateObject())
        {
            Assert.Equal(count.Value.GetInt32(), lines.Count(l => l.Project == count.Name));
        }
    }

    [Fact]
    public void Failures_have_the_words_of_a_real_qacct()
    {
        var records = ReadAll(File.ReadAllBytes(SampleData.Path("real-gridengine/accounting"))).ConvertAll(i => i.Record!);
        using var unpacked = new StreamReader(new GZipStream(File.OpenRead(SampleData.Path("real-gridengine/qacct-j.txt.gz")), CompressionMode.Decompress));
        var told = unpacked.ReadToEnd().Split('\n').Where(l => l.StartsWith("failed ", StringComparison.Ordinal)).Select(l => l.Contains(" : ", StringComparison.Ordinal) ? l.Split(" : ")[1].Trim() : null).ToList();

        Assert.Equal(records.Count, told.Count);
        Assert.All(records.Zip(told), pair => Assert.True(pair.First is not GridEngineJob job || job.ExitReason == pair.Second, pair.Second));
    }

    [Theory]
    [InlineData("test_parse", 4)]
    [InlineData("univa_ms", 1)]
    public void Samples_of_several_versions_are_read_to_the_values_that_are_known_of_them(string name, int count)
    {
        var records = ReadAll(File.ReadAllBytes(SampleData.Path($"gridengine/{name}.accounting")));
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path($"gridengine/{name}.expected.json")));

        Assert.Equal(count, records.Count);
        foreach (var (item, row) in records.Zip(expected.RootElement.EnumerateArray()))
        {
            var job = Assert.IsType<GridEngineJob>(item.Record);
            Assert.Equal(row.GetProperty("JobName").GetString(), $"{job.JobId}");
            Assert.Equal((row.GetProperty("LocalUserID").GetString(), row.GetProperty("LocalUserGroup").GetString()), (job.User, job.Group));
            Assert.Equal((row.GetProperty("StartTime").GetDateTimeOffset(), row.GetProperty("StopTime").GetDateTimeOffset()), (job.StartTime, job.EndTime));
            Assert.Equal(row.GetProperty("CpuDuration").GetDouble(), job.CpuSeconds, 0.5);
            Assert.Equal(row.GetProperty("Processors").GetInt64(), job.Slots);
            Assert.Equal(row.GetProperty("MemoryVirtual").GetInt64() / 1024, job.MaxSwapKb);
        }
    }

    private static GridEngineJob Job(string log) => Assert.IsType<GridEngineJob>(Assert.Single(ReadAll(log)).Record);

    private static List<AccountingItem> ReadAll(string log) => ReadAll(Encoding.UTF8.GetBytes(log));

    private static List<AccountingItem> ReadAll(byte[] log)
    {
        var reader = new AccountingReader("gridengine");
        return [.. reader.Feed(log), .. reader.Finish()];
    }
}
