using System.Globalization;
using System.Text.Json;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools report</c>, <c>verify</c> and <c>status</c>: figures for programs and for people.</summary>
public sealed class ReportTests(SampleLog sample)
{
    private static readonly string[] Numbers =
    [
        "jobs", "done", "exited", "cpuSeconds", "waitSeconds", "turnaroundSeconds", "runSeconds", "slotSeconds", "averageHogFactor", "averageExpansionFactor", "maxMemKb",
        "basis", "timeZone",
    ];

    [Fact]
    public void Without_keys_it_is_one_object()
    {
        var total = Report("--json");

        Assert.Equal(Numbers, total.EnumerateObject().Select(p => p.Name));
        Assert.Equal(SampleLog.Jobs, total.GetProperty("jobs").GetInt64());
        Assert.Equal(sample.Truth.Count(t => t.State == "DONE"), total.GetProperty("done").GetInt64());
        Assert.Equal(sample.Truth.Sum(t => t.CpuSeconds), total.GetProperty("cpuSeconds").GetDouble(), 3);
        Assert.Equal(sample.Truth.Sum(t => t.Slots * t.RunSeconds), total.GetProperty("slotSeconds").GetInt64());
    }

    [Fact]
    public void With_keys_it_is_an_array_with_the_keys_as_they_were_named()
    {
        var groups = Report("--json", "--by", "queue,SchedulerState").EnumerateArray().ToList();

        Assert.All(groups, g => Assert.Equal(["queue", "schedulerState", .. Numbers], g.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(
            sample.Truth.GroupBy(t => (t.Queue, t.State)).Select(g => (g.Key.Queue, g.Key.State, (long)g.Count())).Order(),
            groups.Select(g => (g.GetProperty("queue").GetString()!, g.GetProperty("schedulerState").GetString()!, g.GetProperty("jobs").GetInt64())).Order());
    }

    [Theory]
    [InlineData("user")]
    [InlineData("project")]
    [InlineData("day")]
    [InlineData("month")]
    [InlineData("cluster")]
    public void Every_key_divides_all_jobs(string key) =>
        Assert.Equal(SampleLog.Jobs, Report("--json", "--by", key).EnumerateArray().Sum(g => g.GetProperty("jobs").GetInt64()));

    [Fact]
    public void A_job_on_several_hosts_counts_for_each() =>
        Assert.True(Report("--json", "--by", "host").EnumerateArray().Sum(g => g.GetProperty("jobs").GetInt64()) > SampleLog.Jobs);

    [Fact]
    public void Csv_has_the_same_columns()
    {
        var outcome = Run("--csv", "--by", "month");

        Assert.Equal("month," + string.Join(',', Numbers), outcome.Lines[0]);
        Assert.StartsWith("2023-11,600,", outcome.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_is_a_summary_or_a_table()
    {
        var summary = Run().Lines;
        var table = Run("--by", "queue").Lines;

        Assert.All([summary[0], table[0]], l => Assert.Equal("Ended in the time, whole jobs; days of UTC", l));
        Assert.Equal($"Jobs 600: {sample.Truth.Count(t => t.State == "DONE")} done, {sample.Truth.Count(t => t.State == "EXIT")} exited", summary[1]);
        var wait = sample.Truth.Select(t => t.WaitSeconds).ToList();
        Assert.Contains(summary, l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["Wait", "time", "in", "queue", .. var figures]
            && figures.SequenceEqual(new[] { wait.Sum(), wait.Sum() / wait.Count, wait.Max(), wait.Min() }.Select(v => v.ToString(CultureInfo.InvariantCulture))));
        Assert.DoesNotContain(summary, l => l.Contains("jobs/hour", StringComparison.Ordinal));
        Assert.Equal(sample.Truth.DistinctBy(t => t.Queue).Count() + 2, table.Length);
    }

    [Fact]
    public void What_was_used_is_shown_where_it_is_asked_for()
    {
        var total = Report("--used", "--json");
        var text = Run("--used", "--by", "day").Lines;

        Assert.Equal(("used", "UTC"), (total.GetProperty("basis").GetString(), total.GetProperty("timeZone").GetString()));
        Assert.Equal(sample.Truth.Sum(t => t.Slots * t.RunSeconds), total.GetProperty("usedSlotSeconds").GetInt64());
        Assert.Equal((SampleLog.Jobs, 0), (total.GetProperty("submittedJobs").GetInt64(), total.GetProperty("earlierSeconds").GetInt64()));
        Assert.False(total.TryGetProperty("cpuSeconds", out _));
        Assert.Equal("Used in the time, jobs cut at its borders; days of UTC", text[0]);
        Assert.Contains("SLOT_H", text[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jobs", "--by", "user")]
    [InlineData("averageHogFactor", "--by", "project,queue")]
    [InlineData("RUNNINGJOBS", "--by", "user", "--used")]
    [InlineData("queue", "--by", "queue,user")]
    public void Groups_are_put_in_order_by_a_figure_and_the_largest_of_them_are_picked(string name, params string[] report)
    {
        var all = Groups([.. report, "--json"]);
        var sorted = Groups([.. report, "--json", "--sort", name]);
        var top = Groups([.. report, "--json", "--sort", name, "--top", "3"]);

        Assert.Equal(all.Order(StringComparer.Ordinal), sorted.Order(StringComparer.Ordinal));
        Assert.Equal(sorted.Select(Value), all.Select(Value).Order(Comparer<object>.Create(Compare)));
        Assert.Equal(top.Select(Value), all.Select(Value).OrderDescending(Comparer<object>.Create(Compare)).Take(3));
        Assert.Equal(3 + 2, Run([.. report, "--sort", name, "--top", "3"]).Lines.Length);

        object Value(string group)
        {
            var value = JsonDocument.Parse(group).RootElement.EnumerateObject().First(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
            return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : value.GetString()!;
        }

        static int Compare(object? x, object? y) => x is string text ? string.CompareOrdinal(text, (string)y!) : ((double)x!).CompareTo((double)y!);
    }

    [Theory]
    [InlineData("no \"cpuSeconds\"", "--by", "user", "--used", "--sort", "cpuSeconds")]
    [InlineData("--top needs --sort", "--by", "user", "--top", "3")]
    [InlineData("--sort needs --by", "--sort", "jobs")]
    public void An_order_that_cannot_be_had_is_refused(string said, params string[] report)
    {
        var outcome = NfstoolsProcess.Run(["report", "--store", sample.StorePath, .. report]);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(said, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_without_an_offset_is_in_the_time_zone_of_the_store()
    {
        using var directory = new TestDirectory();
        var store = directory["tokyo.db"];
        Assert.Equal(0, NfstoolsProcess.Run("collect", sample.LogPath, "--store", store, "--once", "--quiet", "--timezone", "Asia/Tokyo").Code);
        var days = NfstoolsProcess.Json("report", "--store", store, "--by", "day", "--json").EnumerateArray().ToDictionary(g => g.GetProperty("day").GetString()!, g => g.GetProperty("jobs").GetInt64());
        Assert.NotEmpty(days);

        foreach (var (day, jobs) in days)
        {
            var next = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            foreach (var (from, to) in new[] { (day, next), ($"{day}T00:00", $"{next}T00:00:00"), ($"{day}T00:00+09:00", $"{next}T00:00+09:00") })
            {
                string[] time = ["--store", store, "--from", from, "--to", to];
                Assert.Equal(jobs, NfstoolsProcess.Json(["report", .. time, "--json"]).GetProperty("jobs").GetInt64());
                Assert.Equal(jobs, NfstoolsProcess.Json(["query", .. time, "--json"]).GetArrayLength());
                Assert.Equal(jobs, NfstoolsProcess.Run(["export", "--raw", .. time]).Output.Split("\"JOB_FINISH\"").Length - 1);
            }
        }
    }

    [Fact]
    public void The_throughput_is_told_for_a_time_that_begins_and_ends() =>
        Assert.Contains("Throughput 25.00 jobs/hour during 24.00 hours\n", Run("--from", "2023-11-14", "--to", "2023-11-15").Output, StringComparison.Ordinal);

    [Fact]
    public void Verify_accounts_for_every_byte()
    {
        var text = NfstoolsProcess.Run("verify", "--store", sample.StorePath);
        var json = NfstoolsProcess.Json("verify", "--store", sample.StorePath, "--json");

        Assert.Equal(0, text.Code);
        Assert.Equal("The store is complete.", text.Lines[^1]);
        long Figure(string name) => json.GetProperty(name).GetInt64();
        Assert.True(json.GetProperty("holds").GetBoolean());
        Assert.Equal(new FileInfo(sample.LogPath).Length, Figure("bytes"));
        Assert.Equal(Figure("bytes"), Figure("recordBytes") + Figure("rejectBytes") + Figure("fillerBytes"));
        Assert.Equal((1, 19, SampleLog.Jobs), (Figure("generations"), Figure("rejectBytes"), Figure("jobs")));
        Assert.Equal(JsonValueKind.Array, json.GetProperty("differences").ValueKind);
    }

    [Fact]
    public void Verify_ends_with_1_and_says_what_differs()
    {
        using var directory = new TestDirectory();
        File.Copy(sample.StorePath, directory["a.db"]);
        LoseAJob(directory["a.db"]);

        var text = NfstoolsProcess.Run("verify", "--store", directory["a.db"]);
        var json = NfstoolsProcess.Run("verify", "--store", directory["a.db"], "--json");

        Assert.Equal((1, 1), (text.Code, json.Code));
        Assert.Contains("The store is not complete:\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("\"holds\":false", json.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_tells_position_lag_and_rejects()
    {
        using var directory = new TestDirectory();
        File.Copy(sample.LogPath, directory["lsb.acct"]);
        NfstoolsProcess.Json("collect", directory["lsb.acct"], "--store", directory["a.db"], "--once", "--json");
        var size = new FileInfo(directory["lsb.acct"]).Length;
        File.AppendAllText(directory["lsb.acct"], "JOB_FINISH damaged again\n");

        var json = NfstoolsProcess.Json("status", "--store", directory["a.db"], "--json", "--rejects");
        var text = NfstoolsProcess.Run("status", "--store", directory["a.db"], "--rejects");

        var generation = Assert.Single(json.GetProperty("generations").EnumerateArray());
        Assert.Equal((size, 25), (generation.GetProperty("position").GetInt64(), generation.GetProperty("lagBytes").GetInt64()));
        var reject = Assert.Single(json.GetProperty("rejects").EnumerateArray());
        Assert.Equal((size - 19, 19), (reject.GetProperty("offset").GetInt64(), reject.GetProperty("length").GetInt64()));
        Assert.NotEmpty(reject.GetProperty("reason").GetString()!);
        Assert.Equal(0, text.Code);
        Assert.Contains($"nfstools collect {directory["lsb.acct"]} --cluster default --format lsf --store {directory["a.db"]} --once", text.Output, StringComparison.Ordinal);
        Assert.Contains(reject.GetProperty("reason").GetString()!, text.Output, StringComparison.Ordinal);
        Assert.Matches(@"^GENERATION  CLUSTER .*\n +1  default ", text.Output);
    }

    private static void LoseAJob(string store)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={store};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM job_record WHERE job_row = 5";
        command.ExecuteNonQuery();
    }

    private NfstoolsProcess.Outcome Run(params string[] arguments) => NfstoolsProcess.Run(["report", "--store", sample.StorePath, .. arguments]);

    private List<string> Groups(params string[] arguments) => [.. Report(arguments).EnumerateArray().Select(g => g.GetRawText())];

    private JsonElement Report(params string[] arguments) => NfstoolsProcess.Json(["report", "--store", sample.StorePath, .. arguments]);
}
