namespace NfsTools.Cli.Tests;

/// <summary>What becomes of a command when it, or nfstools, is killed, stopped or out of time.</summary>
public sealed class RunLifetimeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void When_nfstools_is_killed_the_command_and_what_it_started_end()
    {
        using var run = NfstoolsProcess.Start("run", "sh", "-c", "setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000 & echo $!; echo $$; wait");
        string[] processes = [run.Output.ReadLine()!, run.Output.ReadLine()!, run.Output.ReadLine()!];

        run.Signal("KILL");

        Assert.All(processes, AssertEnds);
    }

    [Fact]
    public void A_flow_that_is_killed_takes_its_jobs_with_it()
    {
        File.WriteAllText(directory["flow.yaml"], "jobs:\n- {name: j, command: 'echo $$ >pid; mv pid begun; exec sleep 1000', outputs: out}\n");
        using var run = NfstoolsProcess.Start("flow", "run", directory["flow.yaml"]);
        Await(() => File.Exists(directory["begun"]));

        run.Signal("KILL");

        AssertEnds(File.ReadAllText(directory["begun"]).Trim());
    }

    [Fact]
    public void When_its_time_is_over_what_it_started_in_a_session_of_its_own_ends_too()
    {
        using var run = NfstoolsProcess.Start("run", "--timeout", "3s", "sh", "-c", "setsid sh -c 'echo $$; exec sleep 1000 >/dev/null' & wait");
        var process = run.Output.ReadLine();

        Assert.Equal(124, run.End().Code);

        AssertEnds(process);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    [InlineData("HUP", 129)]
    [InlineData("USR1", 138)]
    [InlineData("USR2", 140)]
    public void What_the_command_left_in_a_session_of_its_own_ends_with_it_when_a_signal_to_nfstools_ended_it(string signal, int code)
    {
        // It is asked first, and takes its time to end.
        using var run = NfstoolsProcess.StartWithoutTerminal(
            "run", "sh", "-c", "setsid sh -c 'trap \"sleep 0.1; echo asked >$0; exit\" TERM; echo $$; exec >/dev/null 2>&1; while :; do sleep 0.05; done' \"$0\" & wait", directory["asked"]);
        var process = run.Output.ReadLine();

        run.Signal(signal);

        Assert.Equal(code, run.End().Code);
        Assert.True(StateOf(process) is null or 'Z');
        Assert.True(File.Exists(directory["asked"]));
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--record")]
    public void A_pipe_that_nobody_reads_holds_nobody_who_is_asked_to_end(string option)
    {
        using var run = NfstoolsProcess.StartWithoutTerminal(
            "run", option, directory["pipe"], "-o", directory["out"], "sh", "-c", "mkfifo \"$0\"; echo >\"$1\"; echo done", directory["pipe"], directory["out"]);
        run.Output.ReadLine();

        // Wherever it is by then.
        Await(() =>
        {
            run.Signal("TERM");
            return run.HasEnded;
        });

        Assert.Equal(143, run.End().Code);
    }

    [Theory]
    [InlineData("--json", "in")]
    [InlineData("--json", "out")]
    [InlineData("--record", "in")]
    [InlineData("--record", "out")]
    public void What_run_writes_takes_the_place_of_no_file_of_the_job(string option, string name)
    {
        File.WriteAllText(directory["in"], "in");

        var outcome = NfstoolsProcess.RunIn(directory[""], "run", "-i", "in", "-o", "out", option, name, "sh", "-c", "printf out >out");

        Assert.Equal(125, outcome.Code);
        Assert.Contains("it would take the place of", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(("in", "out"), (File.ReadAllText(directory["in"]), File.ReadAllText(directory["out"])));
    }

    [Fact]
    public void What_does_not_end_when_asked_is_killed_after_the_grace()
    {
        using var run = NfstoolsProcess.StartWithoutTerminal(
            "run", "--grace", "100ms", "sh", "-c", "setsid sh -c 'trap \"\" TERM; echo $$; exec >/dev/null 2>&1; while :; do sleep 0.05; done' & wait");
        var process = run.Output.ReadLine();

        run.Signal("TERM");

        Assert.Equal(143, run.End().Code);
        AssertEnds(process);
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("kill -KILL $$", 137)]
    public void What_a_command_left_that_ended_by_itself_stays(string end, int code)
    {
        using var run = NfstoolsProcess.StartWithoutTerminal(
            "run", "sh", "-c", $"trap '{end}' TERM; setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1' & while :; do sleep 0.05; done");
        var process = run.Output.ReadLine();

        run.Signal("TERM");

        Assert.Equal(code, run.End().Code);
        Assert.False(StateOf(process) is null or 'Z');
        System.Diagnostics.Process.GetProcessById(int.Parse(process!, System.Globalization.CultureInfo.InvariantCulture)).Kill();
    }

    [Theory]
    [InlineData("TSTP")]
    [InlineData("TTIN")]
    [InlineData("TTOU")]
    public void Without_a_terminal_a_command_is_stopped_and_goes_on_with_nfstools(string signal)
    {
        using var run = NfstoolsProcess.StartWithoutTerminal("run", "sh", "-c", "echo $$; until [ -e \"$0\" ]; do sleep 0.05; done; exit 4", directory["go"]);
        var command = run.Output.ReadLine();

        run.Signal(signal);
        Await(() => StateOf(command) == 'T');
        run.Signal("CONT");
        Await(() => StateOf(command) != 'T');
        File.WriteAllText(directory["go"], "");

        Assert.Equal(4, run.End().Code);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    [InlineData("HUP", 129)]
    [InlineData("QUIT", 131)]
    public void A_command_that_is_stopped_is_ended_all_the_same(string signal, int code)
    {
        using var run = NfstoolsProcess.StartWithoutTerminal("run", "sh", "-c", "ulimit -c 0; echo $$; kill -STOP $$; exit 4");
        var command = run.Output.ReadLine();
        Await(() => StateOf(command) == 'T');

        run.Signal(signal);

        Assert.Equal(code, run.End().Code);
    }

    private static void AssertEnds(string? process) => Await(() => StateOf(process) is null or 'Z');

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "It does not come to that.");

    // The state in /proc/PID/stat; null where there is no such process.
    private static char? StateOf(string? process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
