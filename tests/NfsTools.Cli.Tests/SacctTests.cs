namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools collect --command sacct</c>: which jobs ended is asked first, and then about each of them whatever the time.</summary>
public sealed class SacctTests : IDisposable
{
    // As the real one: what it is asked about a time lacks the steps that ended before, and the CPU time that a job used in them.
    private const string Sacct = """
        #!/bin/sh
        for word; do
            case $word in
            --starttime=*) since=${word#*=} ;;
            --jobs=*) jobs=${word#*=} ;;
            --format=*) columns=${word#--format=} ;;
            esac
        done
        echo "$*" >> "$0.asked"
        [ ! -e "$0.script" ] || . "$0.script"
        if [ -n "$since" ]; then
            printf '%s\n' JobIDRaw 7 9 7
        else
            echo "$columns" | tr , '|'
            for job in $(echo "$jobs" | tr , ' '); do
                echo "$job|$job|bed|short|normal|phys|physics|ana|6001|2026-03-01T10:00:00|2026-03-01T10:00:00|2026-03-01T10:00:05|2026-03-01T11:00:05|3600|00:00:00|01:00:00|00:10:00|01:10:00|||4|4|1|n1|100M|cpu=4|cpu=4|02:00:00|||None|0:0|COMPLETED"
                echo "$job.0|$job.0|bed|||phys||||2026-03-01T10:00:05|2026-03-01T10:00:05|2026-03-01T10:00:05|2026-03-01T10:30:05|1800|00:00:00|01:00:00|00:10:00|01:10:00|2000K|1000K|4|4|1|n1|||cpu=4|||||0:0|COMPLETED"
            done
        fi
        """;

    private readonly TestDirectory directory = new();

    public SacctTests()
    {
        Directory.CreateDirectory(directory["bin"]);
        File.WriteAllText(directory["bin/sacct"], Sacct);
        File.SetUnixFileMode(directory["bin/sacct"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Jobs_have_the_CPU_time_and_the_peak_memory_of_all_their_steps()
    {
        Assert.Equal((0, ""), Collect());
        Assert.Equal(
            ["default,7,ana,3600,600,2000,DONE", "default,9,ana,3600,600,2000,DONE"],
            NfstoolsProcess.Run("query", "--store", directory["a.db"], "--csv", "--columns", "jobId,user,userCpuSeconds,systemCpuSeconds,maxMemKb,state").Lines.Skip(1).Order());
        Assert.Equal(0, NfstoolsProcess.Run("verify", "--store", directory["a.db"]).Code);
        var asked = File.ReadAllLines(directory["bin/sacct.asked"]);
        Assert.Equal(2, asked.Length);
        Assert.Contains("--allocations", asked[0], StringComparison.Ordinal);
        Assert.Contains("--jobs=7,9 ", asked[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0", "what it wrote is no list of ids below JobIDRaw")]
    [InlineData("printf 'JobIDRaw\\n7\\n8'; exit 0", "its output is cut")]
    [InlineData("printf 'JobIDRaw\\n7\\nslurm_load: x\\n'; exit 0", "what it wrote is no list of ids below JobIDRaw")]
    [InlineData("[ -z \"$jobs\" ] || { echo gone >&2; exit 1; }", "it ended with 1: gone")]
    [InlineData("jobs=${jobs%,*}", "it listed job 9 as ended, and says nothing of it when asked about it")]
    public void Where_a_question_is_not_answered_in_full_nothing_is_stored(string script, string told)
    {
        File.WriteAllText(directory["bin/sacct.script"], script + "\n");

        var (code, errors) = Collect();

        Assert.Equal(3, code);
        Assert.Contains(told, errors, StringComparison.Ordinal);
        File.Delete(directory["bin/sacct.script"]);
        Assert.Equal((0, ""), Collect());
        Assert.Equal(3, NfstoolsProcess.Run("query", "--store", directory["a.db"], "--csv").Lines.Length);
    }

    [Fact]
    public void Where_no_job_ended_nothing_more_is_asked()
    {
        File.WriteAllText(directory["bin/sacct.script"], "echo JobIDRaw; exit 0\n");
        Assert.Equal((0, ""), Collect());
        Assert.Single(File.ReadAllLines(directory["bin/sacct.asked"]));
    }

    public void Dispose() => directory.Dispose();

    private (int Code, string Errors) Collect()
    {
        using var collector = NfstoolsProcess.StartWith(
            [("PATH", $"{directory["bin"]}:{Environment.GetEnvironmentVariable("PATH")}")],
            "collect", "--command", "sacct", "--since", $"{DateTimeOffset.UtcNow.AddHours(-1):yyyy-MM-ddTHH:mm:ssZ}", "--store", directory["a.db"], "--once", "--quiet");
        var outcome = collector.End();
        return (outcome.Code, outcome.Errors);
    }
}
