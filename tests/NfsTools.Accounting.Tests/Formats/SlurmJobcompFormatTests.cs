using System.Text;
using System.Text.Json;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Formats.Slurm;
using NfsTools.Accounting.Sources;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class SlurmJobcompFormatTests
{
    private const string Line =
        "JobId=42 UserId=ann(6001) GroupId=domain users(6101) Name=sim JobState=COMPLETED Partition=short TimeLimit=10 StartTime=2024-01-31T10:01:00 EndTime=2024-01-31T10:03:00 "
        + "NodeList=n[01-02] NodeCnt=2 ProcCnt=4 WorkDir=/home/ann ReservationName=day Tres=cpu=4,mem=8G,node=2,billing=4,gres/gpu=2 Account=chem QOS=normal WcKey=* Cluster=bed "
        + "SubmitTime=2024-01-31T10:00:00 EligibleTime=2024-01-31T10:00:10 DerivedExitCode=0:0 ExitCode=0:0 \n";

    [Fact]
    public void Every_key_is_read()
    {
        var job = Job(Line);

        Assert.Equal((42L, 0L, "ann", (long?)6001L, "domain users"), (job.JobId, job.ArrayIndex, job.User, job.Uid, job.Group));
        Assert.Equal(("sim", "/home/ann", "chem", "short", "normal", "day"), (job.JobName, job.Cwd, job.Project, job.Queue, job.Qos, job.Reservation));
        Assert.Equal((60L, 180L, 120L, (long?)600L), (job.WaitSeconds, job.TurnaroundSeconds, job.RunSeconds, job.RunLimitSeconds));
        Assert.Equal(new DateTimeOffset(2024, 1, 31, 10, 0, 10, TimeSpan.Zero), job.EligibleTime);
        Assert.Equal((4L, (long?)4L, (long?)2L, (long?)2L, "n01 n02"), (job.Slots, job.Cpus, job.Nodes, job.Gpus, job.Hosts));
        Assert.Equal((((long?)8) << 20, (long?)4L, (long?)0L), (job.RequestedMemKb, job.NumProcessors, job.ExitCode));
        Assert.Equal(("DONE", "COMPLETED", "bed"), (job.State, job.SchedulerState, job.Fields["Cluster"]));
        Assert.Null(job.UserCpuSeconds);
    }

    [Fact]
    public void Arrays_and_heterogeneous_jobs_have_the_numbers_of_their_leaders()
    {
        var element = Job(Line.Replace(" Derived", " ArrayJobId=40 ArrayTaskId=2 Derived", StringComparison.Ordinal));
        var component = Job(Line.Replace(" Derived", " PackJobId=41 PackJobOffset=1 Derived", StringComparison.Ordinal));

        Assert.Equal((40L, 2L, "42"), (element.JobId, element.ArrayIndex, element.Fields["JobID"]));
        Assert.Equal((42L, (long?)41L, (long?)1L), (component.JobId, component.HetJobId, component.HetOffset));
    }

    [Fact]
    public void A_job_that_got_no_nodes_never_started()
    {
        var job = Job(Line.Replace("n[01-02] NodeCnt=2 ProcCnt=4", "(null) NodeCnt=0 ProcCnt=0", StringComparison.Ordinal).Replace("2024-01-31T10:00:10", "unknown", StringComparison.Ordinal));

        Assert.Equal((null, null, null, null, 4L, 180L), (job.StartTime, job.Hosts, job.EligibleTime, job.Gpus, job.Slots, job.WaitSeconds));
    }

    [Fact]
    public void A_user_whom_the_system_no_longer_knew_has_a_number_alone() =>
        Assert.Equal((null, (long?)6001L), Job(Line.Replace("ann(", "(null)(", StringComparison.Ordinal)) is var job ? (job.User, job.Uid) : default);

    [Fact]
    public void A_life_that_a_requeue_ended_is_called_pending() =>
        Assert.Equal(("REQUEUED", "PENDING"), Job(Line.Replace("COMPLETED", "PENDING", StringComparison.Ordinal)) is var job ? (job.State, job.SchedulerState) : default);

    [Fact]
    public void GPUs_are_unknown_where_only_generic_resources_are_told() =>
        Assert.Equal((null, "gpu:2"), Job(Line.Replace("Tres=cpu=4,mem=8G,node=2,billing=4,gres/gpu=2", "Gres=gpu:2", StringComparison.Ordinal)) is var job ? (job.Gpus, job.Fields["Gres"]) : default);

    [Theory]
    [InlineData("two  blanks ")]
    [InlineData("")]
    [InlineData("Partition=gold JobState=FAILED")]
    [InlineData(" JobState=FAILED Partition=gold")]
    [InlineData("x WorkDir=/tmp ReservationName=")]
    [InlineData("two\nlines")]
    [InlineData("JobId=1 UserId=x")]
    public void What_a_name_holds_is_a_name(string name)
    {
        var job = Job(Line.Replace("Name=sim", $"Name={name}", StringComparison.Ordinal).Replace("/home/ann", $"/home/{name}", StringComparison.Ordinal));

        Assert.Equal((name, $"/home/{name}", "DONE", "short", "day"), (job.JobName ?? "", job.Cwd, job.State, job.Queue, job.Reservation));
    }

    [Theory]
    [InlineData("Name=sim", "Name=x JobState=FAILED Partition=gold TimeLimit=10 StartTime=2024-01-31T10:01:00 EndTime=2024-01-31T10:01:00 NodeList=n1 NodeCnt=1 ProcCnt=1 WorkDir=/")]
    [InlineData("/home/ann", "/ ReservationName= Tres= Account=rich QOS=normal WcKey=* Cluster=bed SubmitTime=2024-01-31T10:00:00")]
    [InlineData("WcKey=*", "WcKey=x ReservationName= Tres= Account=rich QOS=gold WcKey=y")]
    public void What_is_made_to_be_read_in_another_way_is_a_reject(string text, string forged) =>
        Assert.Contains("in two ways", Assert.Single(Read(Line.Replace(text, forged, StringComparison.Ordinal))).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_name_that_begins_another_record_in_its_line_makes_no_record_of_it()
    {
        var items = Read(Line.Replace("Name=sim", "Name=xJobId=1 UserId=root(0) GroupId=root(0) Name=y", StringComparison.Ordinal) + Line);

        Assert.Contains("another record begins in it", items[0].Reason, StringComparison.Ordinal);
        Assert.Equal(42L, ((SlurmJob)items[1].Record!).JobId);
    }

    [Fact]
    public void A_line_that_was_cut_costs_no_other_record()
    {
        // Slurm before 24.05 cut lines after 1023 bytes, and their newline with the rest.
        var longest = Line.Replace("/home/ann", "/" + new string('d', 1000), StringComparison.Ordinal)[..1023];
        var items = Read(longest + Line + "JobId=43 UserI" + Line + "JobId=44 UserId=u(1)\n" + Line + Line[..100]);

        Assert.Equal([null, 42L, null, 42L, null, 42L, null], items.Select(i => (i.Record as SlurmJob)?.JobId));
    }

    [Theory]
    [InlineData("ProcCnt=4", "ProcCnt=x", "NCPUS is \"x\"")]
    [InlineData("10:03:00", "10:63:00", "End is \"2024-01-31T10:63:00\"")]
    [InlineData(" Cluster=bed", "", "Slurm before 17.11")]
    [InlineData("2024-01", "1960-01", "1970")]
    public void A_line_that_does_not_fit_is_a_reject_that_says_why(string text, string other, string reason) =>
        Assert.Contains(reason, Assert.Single(Read(Line.Replace(text, other, StringComparison.Ordinal))).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("JobId=42 UserId=", true)]
    [InlineData("JobId=4", true)]
    [InlineData("JobId=42 State=DONE\n", false)]
    [InlineData("42|name\n", false)]
    public void Only_what_begins_like_a_record_is_known(string log, bool known) => Assert.Equal(known, RecordFormats.Get("slurm-jobcomp").Knows(Encoding.UTF8.GetBytes(log)));

    [Fact]
    public void The_schedulers_own_counts_come_out_of_real_lines()
    {
        var items = Read(File.ReadAllText(SampleData.Path("real-slurm/jobcomp.log"), Encoding.Latin1));
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path("real-slurm/expected.json")));

        Assert.All(items, i => Assert.True(i.Record is SlurmJob, i.Reason));
        foreach (var state in expected.RootElement.GetProperty("jobcomp_by_state").EnumerateObject())
        {
            Assert.Equal((state.Name, state.Value.GetInt32()), (state.Name, items.Count(i => ((SlurmJob)i.Record!).SchedulerState == state.Name)));
        }
    }

    private static SlurmJob Job(string line) => Assert.IsType<SlurmJob>(Assert.Single(Read(line)) is { Record: { } record } ? record : throw new InvalidDataException(Read(line)[0].Reason));

    private static List<AccountingItem> Read(string log)
    {
        var reader = new AccountingReader("slurm-jobcomp", timeZone: "UTC");
        return [.. reader.Feed(Encoding.UTF8.GetBytes(log)), .. reader.Finish()];
    }
}
