namespace NfsTools.Core.Tests.Cli;

/// <summary>What becomes of a command when it, or nfstools, is killed, stopped or out of time.</summary>
public sealed class RunLifetimeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
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
        using var run = NfstoolsProcess.Start("run", "--timeout", "500ms", "sh", "-c", "setsid sh -c 'echo $$; exec sleep 1000 >/dev/null' & wait");
        var process = run.Output.ReadLine();

        Assert.Equal(124, run.End().Code);

        AssertEnds(process);
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
