using System.Globalization;
using System.Text.Json;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools query</c> and <c>nfstools parse</c>: the jobs, exact for programs and harmless for terminals.</summary>
public sealed class QueryTests(SampleLog sample)
{
    private const string Header =
        "cluster,jobId,arrayIndex,user,queue,project,state,jobName,command,hosts,slots,numProcessors,submitTime,startTime,endTime,exitStatus,exitInfo,"
        + "cpuSeconds,waitSeconds,turnaroundSeconds,runSeconds,slotSeconds,hogFactor,expansionFactor,userCpuSeconds,systemCpuSeconds,maxMemKb,maxSwapKb,avgMemKb,"
        + "runLimitSeconds,fromHost,cwd,app,userGroup,jobGroup,sla,resReq,effectiveResReq,dependCond,"
        + "uid,group,qos,reservation,fairSharePath,licenseProject,schedulerState,exitReason,exitCode,signal,eligibleTime,requeueTime,forwardTime,ineligibleSeconds,"
        + "suspendedSeconds,nodes,cpus,gpus,requestedMemKb,energyJoules,hostFactor,srcCluster,srcJobId,dstCluster,dstJobId,recordType";

    [Fact]
    public void Json_holds_every_job_with_every_field()
    {
        var jobs = Query("--json").EnumerateArray().ToDictionary(Key);

        Assert.Equal(SampleLog.Jobs, jobs.Count);
        foreach (var truth in sample.Truth)
        {
            var job = jobs[(truth.JobId, truth.Index, truth.SubmitTime, truth.EventTime)];
            Assert.Equal(Header.Split(','), job.EnumerateObject().Select(p => p.Name));
            Assert.Equal((SampleLog.Cluster, truth.Queue, truth.State), (Text(job, "cluster"), Text(job, "queue"), Text(job, "schedulerState")));
            Assert.Equal((truth.WaitSeconds, truth.TurnaroundSeconds, truth.RunSeconds), (Whole(job, "waitSeconds"), Whole(job, "turnaroundSeconds"), Whole(job, "runSeconds")));
            Assert.Equal((truth.Slots, truth.MaxMemKb), (Whole(job, "slots"), Whole(job, "maxMemKb")));
            Assert.Equal(truth.CpuSeconds, job.GetProperty("cpuSeconds").GetDouble(), 6);
        }

        Assert.Contains(jobs.Values, j => j.GetProperty("startTime").ValueKind == JsonValueKind.Null);
        var hostile = jobs[(sample.Hostile.JobId, sample.Hostile.Index, sample.Hostile.SubmitTime, sample.Hostile.EventTime)];
        Assert.Equal((SampleLog.HostileUser, SampleLog.HostileProject), (Text(hostile, "user"), Text(hostile, "project")));
    }

    [Fact]
    public void Filters_combine_and_several_values_are_alternatives()
    {
        var two = sample.Truth.Select(t => t.User).Distinct().Order().Take(2).ToList();
        var expected = Others.Where(t => two.Contains(t.User) && t.State == "EXIT").Select(t => t.JobId).Order().ToList();

        Assert.NotEmpty(expected);
        Assert.Equal(expected, JobIds(Query("--json", "--user", two[0], "--user", two[1], "--state", "exit")));
        Assert.Equal(expected, JobIds(Query("--json", "--user", string.Join(',', two), "--state", "EXIT")));
    }

    [Fact]
    public void The_time_begins_with_from_and_ends_before_to()
    {
        var ends = sample.Truth.Select(t => t.EventTime).Distinct().Order().ToList();
        var (from, to) = (ends[ends.Count / 4], ends[ends.Count / 2]);
        var expected = sample.Truth.Where(t => t.EventTime >= from && t.EventTime < to).Select(t => t.JobId).Order();

        var shown = DateTimeOffset.FromUnixTimeSeconds(from).ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        Assert.Equal(expected, JobIds(Query("--json", "--from", shown, "--to", to.ToString(CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void Columns_an_order_and_the_top_are_as_asked()
    {
        var top = Query("--json", "--columns", "jobId,CpuSeconds", "--sort", "cpuSeconds", "--top", "3").EnumerateArray().ToList();
        var csv = Run("--csv", "--columns", "state,exitReason").Lines;

        Assert.All(top, job => Assert.Equal(["cluster", "jobId", "cpuSeconds"], job.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(sample.Truth.Select(t => t.CpuSeconds).OrderDescending().Take(3), top.Select(j => j.GetProperty("cpuSeconds").GetDouble()), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal("cluster,state,exitReason", csv[0]);
        Assert.Contains("a job has no column \"colour\"", NfstoolsProcess.Run("query", "--store", sample.StorePath, "--columns", "colour").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_and_what_is_not_meant_work_on_any_column_of_texts()
    {
        var first = Others.First().User;
        var starts = Others.Where(t => t.User.StartsWith(first[..1], StringComparison.Ordinal)).Select(t => t.JobId).Order();
        var others = Others.Where(t => t.User != first).Select(t => t.JobId).Order();

        Assert.Equal(starts, JobIds(Query("--json", "--user", first[..1] + "*")));
        Assert.Equal(others, JobIds(Query("--json", "--user", "!" + first)).Where(id => id != sample.Hostile.JobId));
        Assert.Equal(sample.Truth.Count, JobIds(Query("--json", "--command", "*")).Count());
        Assert.Empty(JobIds(Query("--json", "--qos", "!")));
    }

    [Fact]
    public void Nothing_found_is_an_empty_array() => Assert.Equal("[]", Query("--json", "--user", "nobody").GetRawText());

    [Fact]
    public void Csv_has_a_header_and_exact_values_in_rfc_4180_quotes()
    {
        var csv = Run("--csv").Output;

        Assert.StartsWith(Header + "\n", csv, StringComparison.Ordinal);
        Assert.Contains($",\"{SampleLog.HostileUser}\",{sample.Hostile.Queue},\"=1+1,\"\"x\"\"\",", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_for_a_pipe_is_plain_whole_and_harmless()
    {
        var outcome = Run();

        Assert.Equal(SampleLog.Jobs + 1, outcome.Lines.Length);
        Assert.Matches("^ *JOB  USER +QUEUE +PROJECT +STATE +CPU_T +WAIT +TURNAROUND +HOG_FACTOR  ENDED$", outcome.Lines[0]);
        Assert.DoesNotContain(outcome.Output, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
        Assert.Contains("?[31m[red]ev?il?]0;title?", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_takes_the_first_jobs()
    {
        var first = sample.Truth.OrderBy(t => t.EventTime).First();

        Assert.Equal([first.EventTime], Query("--json", "--limit", "1").EnumerateArray().Select(j => Whole(j, "endTime")));
    }

    [Fact]
    public void Parse_gives_the_same_fields_without_a_store_and_tells_of_rejects()
    {
        var outcome = NfstoolsProcess.Run("parse", sample.LogPath, "--cluster", SampleLog.Cluster);

        Assert.Equal(1, outcome.Code);
        Assert.Matches($@"^{sample.LogPath}: byte \d+, 19 bytes: .+\n$", outcome.Errors);
        Assert.Equal(SampleLog.Jobs, outcome.Lines.Length);
        var stored = Query("--json").EnumerateArray().ToDictionary(Key, j => j.GetRawText().Replace(",\"recordType\":\"JOB_FINISH\"", "", StringComparison.Ordinal));
        foreach (var line in outcome.Lines)
        {
            Assert.StartsWith("{\"recordType\":\"JOB_FINISH\",", line, StringComparison.Ordinal);
            var job = JsonDocument.Parse(line).RootElement;
            Assert.Equal(stored[Key(job)], line.Replace("\"recordType\":\"JOB_FINISH\",", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Parse_writes_one_array_or_csv_when_asked_and_ends_with_0_without_rejects()
    {
        using var directory = new TestDirectory();
        using (var log = File.Create(directory["lsb.acct"]))
        {
            new LsfLogGenerator(3, new LsfGeneratorOptions { OtherRate = 0.5 }).WriteTo(log, 40);
        }

        var array = NfstoolsProcess.Json("parse", directory["lsb.acct"], "--json");
        var csv = NfstoolsProcess.Run("parse", directory["lsb.acct"], "--csv");

        var types = array.EnumerateArray().CountBy(r => Text(r, "recordType")).ToDictionary();
        Assert.Equal(40, types.Values.Sum());
        Assert.True(types["EVENT_ADRSV_FINISH"] > 0 && types["JOB_RESIZE"] > 0);
        Assert.Equal((0, types["JOB_FINISH"] + 1), (csv.Code, csv.Lines.Length));
    }

    private IEnumerable<GeneratedRecord> Others => sample.Truth.Where(t => t != sample.Hostile);

    private NfstoolsProcess.Outcome Run(params string[] arguments) => NfstoolsProcess.Run(["query", "--store", sample.StorePath, .. arguments]);

    private JsonElement Query(params string[] arguments) => NfstoolsProcess.Json(["query", "--store", sample.StorePath, .. arguments]);

    private static string Text(JsonElement job, string name) => job.GetProperty(name).GetString()!;

    private static long Whole(JsonElement job, string name) => job.GetProperty(name).GetInt64();

    private static (long JobId, int Index, long Submit, long End) Key(JsonElement job) =>
        (Whole(job, "jobId"), (int)Whole(job, "arrayIndex"), Whole(job, "submitTime"), Whole(job, "endTime"));

    private static IEnumerable<long> JobIds(JsonElement jobs) => jobs.EnumerateArray().Select(j => Whole(j, "jobId")).Order();
}
