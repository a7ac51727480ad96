using System.Text;
using System.Text.Json;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Formats.HTCondor;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class HTCondorFormatTests
{
    private const string Ad =
        "AccountingGroup = \"chem.dyn.ann\"\nArguments = \"-n 3\"\nAssignedGPUs = \"GPU-1,GPU-2\"\nClusterId = 12\nCmd = \"/bin/sim\"\nCompletionDate = 1721037600\nCpusProvisioned = 4\nCumulativeRemoteUserCpu = 300.0\n"
        + "CumulativeSlotTime = 60000.0\nCumulativeSuspensionTime = 7\nDiskProvisioned = 4096\nEnteredCurrentStatus = 1721037601\nExitBySignal = false\nExitCode = 0\nGlobalJobId = \"schedd@sub1#12.3#1721030000\"\nGPUsProvisioned = 1\n"
        + "ImageSize_RAW = 900000\nIwd = \"/home/ann\"\nJobBatchName = \"sweep\"\nJobCurrentStartDate = 1721030400\nJobStartDate = 1721030100\nJobStatus = 4\nJobUniverse = 5\nLastJobStatus = 2\nLastRemoteHost = \"slot1_2@n1\"\nLastRemoteWallClockTime = 7200.0\n"
        + "MemoryUsage = ((ResidentSetSize + 1023) / 1024)\nNested = [ a = { 1,undefined,error }; b = \"]\" ]\nNumJobStarts = 2\nOwner = \"ann\"\nProcId = 3\nQDate = 1721030000\nRemoteSysCpu = 2.0\nRemoteUserCpu = 1.005E+02\nRemoteWallClockTime = 15000.0\n"
        + "RequestCpus = 2\nRequestMemory = 2048\nRequirements = (TARGET.Arch == \"X86_64\")\nResidentSetSize = 750000\nResidentSetSize_RAW = 749001\nUser = \"ann@pool\"\nWantCheckpoint = false\n";

    private const string Banner = "*** Offset = 0 ClusterId = 12 ProcId = 3 Owner = \"ann\" CompletionDate = 1721037600 CurrentTime = 1721037602\n";
    private const string Other = "ClusterId = 77\nExitCode = 0\nJobStatus = 4\nCompletionDate = 1721037600\nProcId = 0\nQDate = 1721030000\n*** Offset = 0 ClusterId = 77 ProcId = 0 Owner = \"bob\" CompletionDate = 1721037600\n";

    [Fact]
    public void Every_column_of_an_ad_is_read()
    {
        var job = Job(Ad + Banner);

        Assert.Equal((12, 3, "ann", "chem.dyn", "chem.dyn.ann", "sub1"), (job.JobId, job.ArrayIndex, job.User, job.Project, job.FairSharePath, job.FromHost));
        Assert.Equal(("sweep", "/bin/sim -n 3", "/home/ann", "(TARGET.Arch == \"X86_64\")", "Job"), (job.JobName, job.Command, job.Cwd, job.ResReq, job.RecordType));
        Assert.Equal((1721030000, 1721030400L, 1721037600), (job.SubmitSeconds, job.StartSeconds, job.EventSeconds));
        Assert.Equal(("4*n1", 4, (long?)2, (long?)4, (long?)1, (long?)1), (job.Hosts, job.Slots, job.NumProcessors, job.Cpus, job.Gpus, job.Nodes));
        Assert.Equal((102.5, (long?)749001, (long?)900000, (long?)(2048 << 10), (long?)7), (job.CpuSeconds, job.MaxMemKb, job.MaxSwapKb, job.RequestedMemKb, job.SuspendedSeconds));
        Assert.Equal(("DONE", "COMPLETED", (long?)0, (long?)0, (long?)null, (string?)null), (job.State, job.SchedulerState, job.ExitCode, job.ExitStatus, job.Signal, job.ExitReason));
    }

    [Fact]
    public void What_all_runs_took_is_beside_the_columns_which_are_of_the_last_run()
    {
        var job = Job(Ad + Banner);

        Assert.Equal((7200, (double?)15000, (double?)60000, (long?)2, (double?)300), (job.RunSeconds, job.WallSeconds, job.CumulativeSlotSeconds, job.RunCount, job.CumulativeUserCpuSeconds));
        Assert.Equal(("12.3", "schedd@sub1#12.3#1721030000", (long?)5, 1721037601L), (job.Id, job.GlobalJobId, job.Universe, job.StatusTime?.ToUnixTimeSeconds()));
        Assert.Equal([("Cpus", 4L), ("Disk", 4096L), ("GPUs", 1L)], job.Provisioned.Select(p => (p.Key, (long)p.Value!)).Order());
    }

    [Theory]
    [InlineData(2, "", 1721037601, 7201, "CANCELLED", null, "via condor_rm")]
    [InlineData(5, "", 1721037600, 7200, "CANCELLED", null, "via condor_rm")]
    [InlineData(1, "LastRemoteWallClockTime = 100.0", 1721030500, 100, "CANCELLED", null, "via condor_rm")]
    [InlineData(5, "HoldReasonCode = 34\nHoldReasonSubCode = 102", 1721037600, 7200, "OUT_OF_MEMORY", 34, "via condor_rm")]
    [InlineData(5, "HoldReasonCode = 34\nHoldReasonSubCode = 104", 1721037600, 7200, "CANCELLED", 34, "via condor_rm")]
    [InlineData(5, "HoldReasonCode = 46\nHoldReason = \"too long\"\nRemoveReason = undefined", 1721037600, 7200, "TIMEOUT", 46, "too long")]
    [InlineData(1, "HoldReasonCode = 46", 1721037600, 7200, "CANCELLED", null, "via condor_rm")]
    [InlineData(1, "JobCurrentStartDate = undefined\nJobStartDate = undefined", 1721037601, 0, "CANCELLED", null, "via condor_rm")]
    public void A_removed_job_ends_when_its_last_run_ended_and_is_cancelled_but_where_it_was_held_over_a_limit(int before, string more, long ended, long ran, string state, int? code, string reason)
    {
        var job = Job(Ad.Replace("CompletionDate = 1721037600", "CompletionDate = 0", StringComparison.Ordinal).Replace("JobStatus = 4", "JobStatus = 3", StringComparison.Ordinal)
            + $"LastJobStatus = {before}\nRemoveReason = \"via condor_rm\"\n{more}{(more.Length > 0 ? "\n" : "")}" + Banner);

        Assert.Equal((ended, ran, state, "REMOVED", reason), (job.EventSeconds, job.RunSeconds, job.State, job.SchedulerState, job.ExitReason));
        Assert.Equal((code, (long?)null), (job.ExitInfo, job.ExitCode));
    }

    [Theory]
    [InlineData("ExitBySignal = TRUE\nExitSignal = 9", "FAILED", null, 9L, null)]
    [InlineData("ExitCode = 3", "FAILED", 3L, null, 3L)]
    [InlineData("ExitCode = -1073741819", "FAILED", null, null, -1073741819L)]
    [InlineData("ExitCode = undefined", "UNKNOWN", null, null, null)]
    public void A_job_ends_by_a_signal_or_a_code(string more, string state, long? code, long? signal, long? status) =>
        Assert.Equal((state, code, signal, status), Job(Ad + more + "\n" + Banner) is var job ? (job.State, job.ExitCode, job.Signal, job.ExitStatus) : default);

    [Fact]
    public void A_parallel_job_holds_the_slots_of_all_its_nodes()
    {
        var job = Job(Ad + "JobUniverse = 11\nMaxHosts = 3\nAllRemoteHosts = \"slot1@n1,slot2@n1,slot1@n2\"\n" + Banner);

        Assert.Equal((12, (long?)3, (long?)2, "8*n1 4*n2"), (job.Slots, job.Gpus, job.Nodes, job.Hosts));
    }

    [Theory]
    [InlineData("AccountingGroup = \"ann\"\nProjectName = \"uni\"", "uni")]
    [InlineData("AccountingGroup = \"group_a.bob\"\nAcctGroupUser = \"bob\"", "group_a")]
    [InlineData("AccountingGroup = \"group_a.user\"\nAcctGroup = \"group_a\"", "group_a")]
    [InlineData("AccountingGroup = undefined", null)]
    public void The_project_is_the_accounting_group_without_its_user(string more, string? project) => 
        Assert.Equal(project, Job(Ad.Replace("AccountingGroup = \"chem.dyn.ann\"", more, StringComparison.Ordinal) + Banner).Project);

    [Theory]
    [InlineData("12", "12")]
    [InlineData("-12", "-12")]
    [InlineData("1.5E+10", "15000000000")]
    [InlineData("0.0", "0")]
    [InlineData("TRUE", "true")]
    [InlineData("undefined", "null")]
    [InlineData("error", "\"/Expr(error)/\"")]
    [InlineData("real(\"NaN\")", "\"/Expr(real(\\u0022NaN\\u0022))/\"")]
    [InlineData("RequestCpus * 2", "\"/Expr(RequestCpus * 2)/\"")]
    [InlineData("\"a\" == \"b\"", "\"/Expr(\\u0022a\\u0022 == \\u0022b\\u0022)/\"")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("\"a b\"", "\"a b\"")]
    [InlineData("\"say \\\"hi\\\"\"", "\"say \\u0022hi\\u0022\"")]
    [InlineData("\"C:\\dir\\\"", "\"C:\\\\dir\\\\\"")]
    [InlineData("\"C:\\new\\table\"", "\"C:\\\\new\\\\table\"")]
    [InlineData("\"\\\"", "\"\\\\\"")]
    [InlineData("\"\\\"\"", "\"\\u0022\"")]
    [InlineData("{ }", "[]")]
    [InlineData("{ 1,\"a,}\\\"\",{ 2.5 },x + 1 }", "[1,\"a,}\\u0022\",[2.5],\"/Expr(x \\u002B 1)/\"]")]
    [InlineData("[ ]", "{}")]
    [InlineData("[ a = 1; b = [ c = \"]\"; 'd e' = f(1,2) ] ]", "{\"a\":1,\"b\":{\"c\":\"]\",\"d e\":\"/Expr(f(1,2))/\"}}")]
    [InlineData("{ \"open }", "\"/Expr({ \\u0022open })/\"")]
    [InlineData("[ a = 1", "\"/Expr([ a = 1)/\"")]
    public void Attributes_have_the_values_of_their_literals_and_expressions_are_text(string value, string json)
    {
        var job = Job(Ad + $"Any = {value}\n" + Banner);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            RecordFields.Write(writer, job);
            writer.WriteEndObject();
        }

        using var fields = JsonDocument.Parse(stream.ToArray());
        Assert.Equal(json, JsonSerializer.Serialize(fields.RootElement.GetProperty("attributes").GetProperty("Any")));
    }

    [Fact]
    public void What_is_nested_without_end_is_text()
    {
        var job = Job(Ad + $"Any = {new string('{', 100_000)}\nMore = {string.Concat(Enumerable.Repeat("{ \"\\", 50_000))}\n" + Banner);

        Assert.StartsWith("/Expr({{{", Assert.IsType<string>(job.Attributes["any"]), StringComparison.Ordinal);
        Assert.IsType<string>(job.Attributes["More"]);
    }

    [Fact]
    public void Every_attribute_is_reachable_and_of_one_that_repeats_the_last_counts()
    {
        var job = Job(Ad + "owner = \"eve\"\n" + Banner);

        Assert.Equal((Ad.Count(c => c == '\n'), "eve", "eve"), (job.Attributes.Count, job.Attributes["Owner"], job.User));
        Assert.All(Ad.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => Assert.True(job.Attributes.ContainsKey(l.Split(" = ")[0])));
    }

    // No value has a newline in it: the schedd takes none.
    [Theory]
    [InlineData("\"x *** Offset = 0 ClusterId = 1 ProcId = 0\"")]
    [InlineData("\"\\n*** Offset = 0 ClusterId = 1 ProcId = 0\\nClusterId = 1\"")]
    [InlineData("\"\\\"; ClusterId = 1; Owner = \\\"bob\\\"\"")]
    [InlineData("\"C:\\dir\\\"")]
    [InlineData("[ ClusterId = 1; Owner = \"bob\" ]")]
    [InlineData("\"AccountingGroup = \\\"other\\\"\"")]
    [InlineData("\"unclosed")]
    public void A_value_neither_hides_nor_forges_a_job(string value)
    {
        var items = ReadAll(Ad + $"Args = {value}\nEnv = {value}\n" + Banner + Other);

        Assert.Equal([(12L, "ann", "chem.dyn"), (77L, null, null)], items.Select(i => Assert.IsType<HTCondorJob>(i.Record)).Select(j => (j.JobId, j.User, j.Project)));
    }

    [Theory]
    [InlineData("QDate = 1721030000", "QDate = 999999999999", "QDate is no time")]
    [InlineData("QDate = 1721030000", "QDate = 0", "no QDate")]
    [InlineData("QDate = 1721030000", "QDate : 5", "not Attr = expr")]
    [InlineData("CompletionDate = 1721037600", "CompletionDate = soon", "CompletionDate is no time")]
    [InlineData("ClusterId = 12", "ClusterId = 13", "banner is that of another job")]
    [InlineData("ProcId = 3", "ProcedureId = 3", "no ClusterId and ProcId")]
    [InlineData("JobStatus = 4", "JobStatus = 2", "JobStatus is 2")]
    [InlineData("JobStatus = 4", "Job = 4", "JobStatus is unknown")]
    public void What_is_no_job_that_left_the_queue_is_a_reject_and_leaves_its_neighbours_alone(string old, string other, string reason)
    {
        var damaged = ("\n" + Ad).Replace("\n" + old, "\n" + other, StringComparison.Ordinal)[1..];
        var items = ReadAll(Other + damaged + Banner + Other);

        Assert.Equal([true, false, true], items.Select(i => i.Record is not null));
        Assert.Contains(reason, items[1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("*** Offset = 0 ClusterId = 1 ProcId = 0\n")]
    [InlineData("\t*** Warning: Bad history file; skipping malformed ad(s)\n")]
    public void A_line_that_belongs_to_no_ad_is_a_reject_alone(string line)
    {
        var items = ReadAll(Ad + Banner + line + Ad + Banner);

        Assert.Equal([true, false, true], items.Select(i => i.Record is not null));
        Assert.Contains("no line of an ad", items[1].Reason, StringComparison.Ordinal);
    }

    // Within a line, behind a line, and by the order of letters, of bytes and of lengths.
    [Theory]
    [InlineData("letters", 40)]
    [InlineData("letters", 700)]
    [InlineData("letters", 0)]
    [InlineData("length", 30)]
    [InlineData("length", 700)]
    [InlineData("length", 0)]
    public void An_ad_that_was_cut_takes_nothing_from_the_next_one_and_gives_it_nothing(string order, int length)
    {
        // The one that is cut has attributes that the next one lacks, and the other way round.
        var cut = Ordered(order, Ad.Replace("AccountingGroup = \"chem.dyn.ann\"\n", "AcctGroup = \"x\"\nDAG = 1\n", StringComparison.Ordinal));
        var text = length > 0 ? cut[..length] : cut[..(cut.IndexOf("\nExitCode", StringComparison.Ordinal) + 1)];
        var items = ReadAll(text + Ordered(order, Ad) + Banner);

        Assert.Equal([false, true], items.Select(i => i.Record is not null));
        Assert.Contains(RecordReader.NotFinished, items[0].Reason, StringComparison.Ordinal);
        var job = (HTCondorJob)items[1].Record!;
        Assert.Equal((12, "chem.dyn", "DONE"), (job.JobId, job.Project, job.State));
        Assert.False(job.Attributes.ContainsKey("DAG"));
    }

    [Fact]
    public void Files_of_single_jobs_and_what_condor_history_prints_have_no_banner_and_are_the_same_jobs()
    {
        var history = Job(Ordered("length", Ad) + Banner);

        foreach (var text in new[] { Ordered("bytes", Ad), Ordered("letters", Ad), Ordered("letters", Ad) + "\n" })
        {
            Assert.Equal((history.JobId, history.ContentHash), Job(text) is var job ? (job.JobId, job.ContentHash) : default);
        }

        Assert.Equal([12L, 12L, 77L], ReadAll(Ordered("letters", Ad) + "\n" + Ordered("letters", Ad) + "\n" + Other).Select(i => Assert.IsType<HTCondorJob>(i.Record).JobId));
        Assert.Equal([12L, 12L], ReadAll(Ordered("bytes", Ad) + Ordered("bytes", Ad)).Select(i => Assert.IsType<HTCondorJob>(i.Record).JobId));
    }

    [Theory]
    [InlineData("length", "")]
    [InlineData("letters", "User = \"ann@pool\"\n")]
    public void An_ad_without_a_banner_that_may_have_been_cut_is_a_reject(string order, string without) =>
        Assert.Contains("no banner", Assert.Single(ReadAll(Ordered(order, Ad).Replace(without.Length > 0 ? without : "?", "", StringComparison.Ordinal))).Reason, StringComparison.Ordinal);

    [Fact]
    public void Banners_of_old_versions_and_lines_of_windows_are_read()
    {
        Assert.Equal(12, Job(Ad + "***\n").JobId);

        var job = Job((Ad + Banner).Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal((12, "ann", "/home/ann"), (job.JobId, job.User, job.Cwd));
    }

    [Theory]
    [InlineData("*** Offset = 0 ClusterId = 1 ProcId = 0\n", true)]
    [InlineData("Args = \"x\"\nclusterid = 1\n", true)]
    [InlineData("MyType = \"Job\"\n", true)]
    [InlineData("MyTy", true)]
    [InlineData("MyTy\n", false)]
    [InlineData("MyType = \"Machine\"\n", false)]
    [InlineData("user = root\npath = /tmp\n", false)]
    public void It_knows_what_begins_like_a_job(string begin, bool known) => Assert.Equal(known, new HTCondorFormat().Knows(Encoding.UTF8.GetBytes(begin)));

    [Fact]
    public void Texts_that_are_not_utf8_keep_each_byte_as_a_character() =>
        Assert.Equal("größe", Assert.IsType<HTCondorJob>(Assert.Single(ReadAll(Encoding.Latin1.GetBytes(Ad.Replace("sweep", "größe", StringComparison.Ordinal) + Banner))).Record).JobName);

    [Theory]
    [InlineData("sub1#12.3#1721030000|ann|100|60|5.5|1721030400|1721037600|2048|4096|4", 12, 3, 1721030000, 1721030400L, null)]
    [InlineData("sub1#12.3#1589|ann|100.0|60|5.5|1721030400|1721037600|2048|4096|4|1.5", 12, 3, 1589, 1721030400L, 1.5)]
    [InlineData("sub1#12|ann|100.0|60|5.5|1721030400|1721037600|2048|4096|4|1.5", 12, 0, 1721030400, 1721030400L, 1.5)]
    [InlineData("1234567|ann|100|60.0|5.5|undefined|1721037600|2048|4096|4|undefined", 1234567, 0, 1721037600, null, null)]
    public void Lines_of_apels_extract_are_jobs_too(string line, long id, long element, long submitted, long? started, double? factor)
    {
        var job = Assert.IsType<HTCondorExtract>(Assert.Single(ReadAll(line + "\n")).Record);

        Assert.Equal((id, element, submitted, started, 1721037600L, factor), (job.JobId, job.ArrayIndex, job.SubmitSeconds, job.StartSeconds, job.EventSeconds, job.HostFactor));
        Assert.Equal(("ann", 65.5, (double?)100, (long?)2048, (long?)4096, 4L, "UNKNOWN"), (job.User, job.CpuSeconds, job.WallSeconds, job.MaxMemKb, job.MaxSwapKb, job.Slots, job.State));
        Assert.Equal(id == 12 ? "sub1" : null, job.FromHost);
        Assert.True(new HTCondorFormat().Knows(Encoding.ASCII.GetBytes(line)));
    }

    [Theory]
    [InlineData("sub1#12.3#1721030000|ann|100|60|5|1721030400|1721037600|2048|4096", "no line of an ad")]
    [InlineData("sub1#12.3#1721030000|ann|100|60|5|1721030400|soon|2048|4096|4", "no line of an ad")]
    [InlineData("sub1#x|ann|100|60|5|1721030400|1721037600|2048|4096|4", "no GlobalJobId")]
    [InlineData("sub1#12.3#1721030000|ann|100|60|5|1721030400|0|2048|4096|4", "no time")]
    public void A_line_of_another_form_than_apels_is_a_reject_alone(string line, string reason)
    {
        var items = ReadAll(Ad + Banner + line + "\n" + Ad + Banner);

        Assert.Equal([true, false, true], items.Select(i => i.Record is not null));
        Assert.Contains(reason, items[1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch10")]
    [InlineData("batch11")]
    public void Apels_samples_have_the_values_that_its_reader_gives_them(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path($"htcondor/{name}.expected.json")));
        var jobs = ReadAll(File.ReadAllBytes(SampleData.Path($"htcondor/{name}.txt"))).ConvertAll(i => Assert.IsType<HTCondorExtract>(i.Record));

        Assert.Equal(
            expected.RootElement.EnumerateArray().Select(e => (
                e.GetProperty("JobName").GetString(), e.GetProperty("LocalUserID").GetString(), e.GetProperty("WallDuration").GetInt64(), e.GetProperty("CpuDuration").GetInt64(),
                e.GetProperty("StartTime").GetDateTimeOffset(), e.GetProperty("StopTime").GetDateTimeOffset())),
            jobs.Select(j => ((string?)j.GlobalJobId, j.User, (long)(j.WallSeconds!.Value * (j.HostFactor ?? 1)), (long)(j.CpuSeconds * (j.HostFactor ?? 1)), j.StartTime!.Value, j.EndTime)));
        Assert.Equal(
            expected.RootElement.EnumerateArray().Select(e => ((long?)e.GetProperty("MemoryReal").GetInt64(), (long?)e.GetProperty("MemoryVirtual").GetInt64(), e.GetProperty("Processors").GetInt64())),
            jobs.Select(j => (j.MaxMemKb, j.MaxSwapKb, j.Slots)));
    }

    private static string Ordered(string order, string ad) => string.Concat(ad.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .OrderBy(l => order == "length" ? l.IndexOf(' ', StringComparison.Ordinal) : 0)
        .ThenBy(l => order == "bytes" ? l : l.ToLowerInvariant(), StringComparer.Ordinal)
        .Select(l => l + "\n"));

    private static HTCondorJob Job(string log) => Assert.IsType<HTCondorJob>(Assert.Single(ReadAll(log)).Record);

    private static List<AccountingItem> ReadAll(string log) => ReadAll(Encoding.UTF8.GetBytes(log));

    private static List<AccountingItem> ReadAll(byte[] log)
    {
        var reader = new AccountingReader("htcondor", CollectorSource.DefaultCluster, "", null);
        return [.. reader.Feed(log), .. reader.Finish()];
    }
}
