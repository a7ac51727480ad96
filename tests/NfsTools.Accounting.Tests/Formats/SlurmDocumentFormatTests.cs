using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Formats.Slurm;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class SlurmDocumentFormatTests
{
    // As Slurm 22.05 has it, and as 24.05.
    private const string Old =
        """{"account":"chem","allocation_nodes":2,"array":{"job_id":0,"task":null,"task_id":null},"association":{"account":"other"},"cluster":"bed","time":{"elapsed":110,"eligible":1706695210,"end":1706695380,"start":1706695260,"submission":1706695200,"suspended":10,"system":{"seconds":0,"microseconds":0},"limit":10,"user":{"seconds":0,"microseconds":0}},"exit_code":{"status":"SUCCESS","return_code":0},"group":"users","het":{"job_id":0,"job_offset":null},"job_id":42,"name":"sim","nodes":"n[01-02]","partition":"short","qos":"normal","required":{"CPUs":4,"memory":1000},"reservation":{"id":1,"name":2113932560},"state":{"current":"COMPLETED","reason":"None"},"steps":[{"time":{"user":{"seconds":65,"microseconds":500000},"system":{"seconds":1,"microseconds":0},"total":{"seconds":66,"microseconds":500000}},"tres":{"requested":{"max":[{"type":"mem","name":null,"count":1048576},{"type":"vmem","name":null,"count":99999999}]},"consumed":{"max":[{"type":"mem","name":null,"count":88888888}]}}},{"time":{"user":{"seconds":1,"microseconds":0},"system":{"seconds":0,"microseconds":5}},"tres":{"requested":{"max":[{"type":"mem","name":null,"count":2097152}]}}}],"tres":{"allocated":[{"type":"cpu","name":null,"id":1,"count":4},{"type":"mem","name":null,"id":2,"count":8192},{"type":"energy","name":null,"id":3,"count":null},{"type":"node","name":null,"id":4,"count":2},{"type":"gres","name":"gpu","id":1001,"count":2},{"type":"gres","name":"gpu:a100","id":1002,"count":2}],"requested":[{"type":"cpu","name":null,"id":1,"count":4},{"type":"mem","name":null,"id":2,"count":8192}]},"user":"ann","working_directory":"\/home\/ann"}""";

    private const string New =
        """{"account":"chem","array":{"job_id":40,"task_id":{"set":true,"infinite":false,"number":2},"task":""},"time":{"elapsed":1,"eligible":1706695210,"end":1706695380,"start":1706695260,"submission":1706695200,"suspended":0,"limit":{"set":false,"infinite":true,"number":0}},"exit_code":{"status":["SIGNALED"],"return_code":{"set":false,"infinite":false,"number":0},"signal":{"id":{"set":true,"infinite":false,"number":9},"name":"KILL"}},"het":{"job_id":0,"job_offset":{"set":false,"infinite":false,"number":0}},"job_id":42,"name":"sim","nodes":"n1","reservation":{"id":1,"name":"day"},"state":{"current":["CANCELLED"],"reason":"None"},"steps":[],"tres":{"allocated":[{"type":"cpu","name":"","id":1,"count":4}]},"user":"ann","submit_line":"sbatch -n4 x"}""";

    private const string Jobcomp =
        """{"jobid":42,"username":"ann","user_id":6001,"groupname":"users","group_id":100,"@start":"2024-01-31T10:01:00","@end":"2024-01-31T10:03:00","elapsed":120,"partition":"short","nodes":"n[01-02]","total_cpus":4,"total_nodes":2,"exit_code":"0:9","state":"PENDING","cpu_hours":0.1,"array_job_id":40,"array_task_id":2,"het_job_id":0,"het_job_offset":0,"@submit":"2024-01-31T10:00:00","@eligible":"2024-01-31T10:00:10","work_dir":"/home/ann","cluster":"bed","qos":"normal","time_limit":600,"job_name":"sim","tres_req":"cpu=4,mem=8G","tres_alloc":"cpu=4,mem=8G,gres/gpu=2","account":"chem"}""";

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };

    [Fact]
    public void Every_value_of_an_older_sacct_is_read()
    {
        var job = Job(Document(Old));

        Assert.Equal((42L, 0L, "ann", "users", "chem", "short"), (job.JobId, job.ArrayIndex, job.User, job.Group, job.Project, job.Queue));
        Assert.Equal((60L, 180L, 120L, (long?)10L, (long?)600L), (job.WaitSeconds, job.TurnaroundSeconds, job.RunSeconds, job.SuspendedSeconds, job.RunLimitSeconds));
        Assert.Equal(((double?)66.5, (double?)1.000005, (long?)2048L), (job.UserCpuSeconds, job.SystemCpuSeconds, job.MaxMemKb));
        Assert.Equal((4L, (long?)4L, (long?)2L, (long?)2L, "n01 n02"), (job.Slots, job.Cpus, job.Nodes, job.Gpus, job.Hosts));
        Assert.Equal((((long?)8) << 20, (long?)4L, (long?)0L, null, null), (job.RequestedMemKb, job.NumProcessors, job.ExitCode, job.Reservation, job.EnergyJoules));
        Assert.Equal(("DONE", "COMPLETED", "/home/ann", "bed"), (job.State, job.SchedulerState, job.Cwd, job.Fields["cluster"]));
        Assert.Equal("2097152", job.Fields["steps.1.tres.requested.max.0.count"]);
    }

    [Fact]
    public void Every_value_of_a_newer_sacct_is_read()
    {
        var job = Job(Document(New));

        Assert.Equal((40L, 2L, "42"), (job.JobId, job.ArrayIndex, job.Fields["job_id"]));
        Assert.Equal(("CANCELLED", null, (long?)9L, "day", "sbatch -n4 x"), (job.State, job.ExitCode, job.Signal, job.Reservation, job.Command));
        Assert.Equal((null, null, null, 4L), (job.RunLimitSeconds, job.UserCpuSeconds, job.MaxMemKb, job.Slots));
    }

    [Fact]
    public void What_a_jobcomp_plugin_sends_is_read_in_UTC()
    {
        var job = Job(Jobcomp + "\n");

        Assert.Equal((40L, 2L, "ann", (long?)6001L, "users", "chem"), (job.JobId, job.ArrayIndex, job.User, job.Uid, job.Group, job.Project));
        Assert.Equal((new DateTimeOffset(2024, 1, 31, 10, 3, 0, TimeSpan.Zero), 60L, 120L, (long?)600L), (job.EndTime, job.WaitSeconds, job.RunSeconds, job.RunLimitSeconds));
        Assert.Equal((4L, (long?)2L, (long?)2L, (long?)9L), (job.Slots, job.Nodes, job.Gpus, job.Signal));
        Assert.Equal(("REQUEUED", "PENDING"), (job.State, job.SchedulerState));
        Assert.Equal(40L, Job("{\"_index\":\"slurm\",\"_source\":" + Jobcomp + "}\n").JobId);
    }

    [Theory]
    [InlineData("\"job_id\":0,\"task\":null", "\"job_id\":42,\"task\":\"1-3,9\"", 42L, null, "1-3,9")]
    [InlineData("\"het\":{\"job_id\":0,\"job_offset\":null}", "\"het\":{\"job_id\":41,\"job_offset\":1}", 42L, 41L, "")]
    public void Ids_of_arrays_and_heterogeneous_jobs_are_as_in_the_text(string text, string other, long number, long? het, string elements)
    {
        var job = Job(Document(Old.Replace(text, other, StringComparison.Ordinal)));

        Assert.Equal((number, het, elements), (job.JobId, job.HetJobId, job.ArrayElements));
    }

    [Theory]
    [InlineData("""{"current":["RUNNING"],"reason":"None"}""")]
    [InlineData("""{"current":["COMPLETED","COMPLETING"],"reason":"None"}""")]
    public void A_job_that_has_not_ended_is_no_job_yet(string state) =>
        Assert.IsType<SlurmActiveJob>(Assert.Single(Read(Document(Old.Replace("""{"current":"COMPLETED","reason":"None"}""", state, StringComparison.Ordinal)))).Record);

    [Fact]
    public void A_flag_says_more_of_a_state() =>
        Assert.Equal("REQUEUED", Job(Document(Old.Replace("\"COMPLETED\"", "[\"NODE_FAIL\",\"REQUEUED\"]", StringComparison.Ordinal))).State);

    [Fact]
    public void Where_the_start_is_when_it_was_eligible_how_long_it_ran_tells_the_start()
    {
        // So 21.08 has it.
        Assert.Equal(1706695260, Job(Document(Old.Replace("\"start\":1706695260", "\"start\":1706695210", StringComparison.Ordinal))).StartTime!.Value.ToUnixTimeSeconds());
        Assert.Equal(1706695210, Job(Document(Old.Replace("\"start\":1706695260", "\"start\":1706695210", StringComparison.Ordinal).Replace("\"elapsed\":110", "\"elapsed\":160", StringComparison.Ordinal))).StartTime!.Value.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(3, 3.0)]
    public void Without_steps_the_jobs_own_CPU_time_is_known_where_it_is_not_0(int seconds, double? cpu)
    {
        var withoutSteps = Old[..Old.IndexOf(",\"steps\"", StringComparison.Ordinal)] + Old[Old.IndexOf(",\"tres\":{\"allocated\"", StringComparison.Ordinal)..];

        Assert.Equal(cpu, Job(Document(withoutSteps.Replace("\"user\":{\"seconds\":0", $"\"user\":{{\"seconds\":{seconds}", StringComparison.Ordinal))).UserCpuSeconds);
    }

    [Fact]
    public void The_exit_code_0_of_a_job_that_failed_is_unknown() => Assert.Null(Job(Document(Old.Replace("COMPLETED", "FAILED", StringComparison.Ordinal))).ExitCode);

    [Fact]
    public void Documents_are_read_however_they_are_laid_out_and_one_behind_the_other()
    {
        var head = """{"meta":{"command":["sacct","--json"],"x":{"jobs":[1]}},"errors":[],"jobs":[""";
        var tail = """],"meta":{},"errors":[],"warnings":[{"a":["]}"]}]}""";
        var log = $"{head}{Old},{New}]}}\n" + $"{{\"jobs\":[{Old},\n{Old}{tail}" + Indented($"{head}{Old},{New}]}}") + "\n" + $"{{\"jobs\":[]{tail[1..]}\n" + Jobcomp + "\n" + Jobcomp;

        var items = Read(log);

        Assert.All(items, i => Assert.True(i.Record is SlurmJob, i.Reason));
        Assert.Equal([42L, 40L, 42L, 42L, 42L, 40L, 40L, 40L], items.Select(i => ((SlurmJob)i.Record!).JobId));
    }

    [Fact]
    public void A_name_is_a_name_whatever_it_looks_like()
    {
        var name = "x\"}]},\n{\"account\":\"evil\",\"jobid\":1,\"job_id\":1}\n{\"jobs\": [\\\0" + "é";
        foreach (var log in new[] { Document(Named(Old, name)), Indented(Document(Named(Old, name))), Named(Jobcomp, name) + "\n" })
        {
            Assert.Equal((name, "ann"), Job(log) is var job ? (job.JobName, job.User) : default);
        }
    }

    [Fact]
    public void What_is_cut_costs_no_other_job()
    {
        var random = new Random(Suite.Seed(5));
        foreach (var (begin, between) in new[] { ("{\"jobs\":[", ","), ("{\"jobs\":[\n", ",\n"), ("", "\n") })
        {
            for (var i = 0; i < 200; i++)
            {
                var cut = Old[..random.Next(1, Old.Length)];
                var items = Read(begin + Old + between + cut + Old + between + Old + between);

                // What stands right behind the key of another account is that account.
                Assert.True(items.Count(i => i.Record is SlurmJob { JobId: 42 }) == 3 || cut.EndsWith(':'), $"{begin}: {cut}");
            }
        }
    }

    [Theory]
    [InlineData("""{"account":"a","job_id":1,"job_state":["RUNNING"]}""", "its state is \"\"")]
    [InlineData("""{"account":"a","state":{"current":"COMPLETED"}}""", "it has no number")]
    [InlineData("""{"jobid":1,"state":"SLEEPING","@end":"2024-01-31T10:03:00"}""", "its state is \"SLEEPING\"")]
    [InlineData("""{"jobid":1,"state":}""", "no JSON")]
    [InlineData("""{"account":"a","time":{"end":999999999999},"job_id":1,"state":{"current":"COMPLETED"}}""", "9999")]
    public void What_is_no_job_is_a_reject_that_says_why(string json, string reason) => Assert.Contains(reason, Assert.Single(Read(json + "\n")).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("  \"jobs\": [\n", true)]
    [InlineData("{\"meta\":{},\"jobs\":[{\n", true)]
    [InlineData("{\"jobid\":1,\n", true)]
    [InlineData("{", true)]
    [InlineData("{\n", false)]
    [InlineData("{\"jobs\": 3}\n", false)]
    [InlineData("{\"id\": \"jobid\"}\n", false)]
    public void Only_what_begins_like_a_job_or_a_list_of_them_is_known(string log, bool known) => Assert.Equal(known, RecordFormats.Get("slurm-json").Knows(Encoding.UTF8.GetBytes(log)));

    [Fact]
    public void The_names_of_the_formats_of_text_mean_it_too_where_there_is_JSON()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory["sacct.json"], Indented(Document(Old)));

        Assert.Equal("slurm-json, by its content", new CollectorSource(directory["sacct.json"], format: "slurm").FormatNote);
        Assert.Equal("slurm-json, by its content", new CollectorSource(directory["sacct.json"]).FormatNote);
        Assert.Equal("slurm-json", new CollectorSource(directory["sacct.json"], format: "slurm-json").FormatNote);
        foreach (var format in new[] { "slurm", "slurm-jobcomp", "slurm-json", null })
        {
            var reader = new AccountingReader(format);
            Assert.IsType<SlurmJob>(Assert.Single([.. reader.Feed(Encoding.UTF8.GetBytes(Jobcomp + "\n")), .. reader.Finish()]).Record);
        }
    }

    [Fact]
    public void The_schedulers_own_sums_come_out_of_a_real_document_as_out_of_its_text()
    {
        using var file = File.OpenRead(SampleData.Path("real-slurm/sacct.json.gz"));
        using var unpacked = new MemoryStream();
        new GZipStream(file, CompressionMode.Decompress).CopyTo(unpacked);
        var jobs = Read(unpacked.ToArray()).Select(i => Assert.IsType<SlurmJob>(i.Record)).ToList();
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path("real-slurm/expected.json")));
        var all = expected.RootElement.GetProperty("all");

        Assert.Equal(all.GetProperty("rows").GetInt32(), jobs.Count);
        Assert.Equal(all.GetProperty("cpu_s").GetInt64(), jobs.Sum(j => (j.RunSeconds - (j.SuspendedSeconds ?? 0)) * j.Slots));
        Assert.Equal(all.GetProperty("node_s").GetInt64(), jobs.Sum(j => (j.RunSeconds - (j.SuspendedSeconds ?? 0)) * (j.Nodes ?? 0)));
        Assert.Equal(all.GetProperty("gpu_s").GetInt64(), jobs.Sum(j => (j.RunSeconds - (j.SuspendedSeconds ?? 0)) * (j.Gpus ?? 0)));
        foreach (var state in expected.RootElement.GetProperty("by_state").EnumerateObject())
        {
            Assert.Equal((state.Name, state.Value.GetProperty("rows").GetInt32()), (state.Name, jobs.Count(j => j.SchedulerState == state.Name)));
        }

        var text = new AccountingReader("slurm", timeZone: "UTC");
        var rows = text.Feed(File.ReadAllBytes(SampleData.Path("real-slurm/sacct-xdmod.txt"))).Concat(text.Finish()).Select(i => i.Record).OfType<SlurmJob>().ToLookup(Key);
        Assert.All(jobs, j => Assert.Contains(rows[Key(j)], r => (r.User, r.Project, r.Queue, r.Slots, r.Nodes, r.Gpus, r.RunLimitSeconds, r.StartTime) == (j.User, j.Project, j.Queue, j.Slots, j.Nodes, j.Gpus, j.RunLimitSeconds, j.StartTime)));
        Assert.Contains(jobs, j => j.MaxMemKb > 0 && j.UserCpuSeconds > 0);
    }

    private static string Key(SlurmJob job) => string.Create(CultureInfo.InvariantCulture, $"{job.JobId} {job.ArrayIndex} {job.SubmitTime} {job.EndTime} {job.SchedulerState}");

    private static string Document(string job) => $"{{\"meta\":{{}},\"errors\":[],\"jobs\":[{job}]}}\n";

    private static string Named(string job, string name) => job.Replace("\"sim\"", JsonSerializer.Serialize(name), StringComparison.Ordinal);

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document, Pretty);
    }

    private static SlurmJob Job(string log) => Assert.IsType<SlurmJob>(Assert.Single(Read(log)) is { Record: { } record } ? record : throw new InvalidDataException(Read(log)[0].Reason));

    private static List<AccountingItem> Read(string log) => Read(Encoding.UTF8.GetBytes(log));

    private static List<AccountingItem> Read(byte[] log)
    {
        var reader = new AccountingReader("slurm-json");
        return [.. reader.Feed(log), .. reader.Finish()];
    }
}
