using NfsTools.Jobs;

namespace NfsTools.Core.Tests.Jobs;

public sealed class ChildProcessTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("exit 0", 0, null, 0)]
    [InlineData("exit 7", 7, null, 7)]
    [InlineData("kill -TERM $$", null, 15, 143)]
    [InlineData("kill -KILL $$", null, 9, 137)]
    public void How_it_ended_is_told_as_a_shell_does(string script, int? exitCode, int? signal, int code)
    {
        var exit = Shell(script);

        Assert.Equal((exitCode, signal, code, false), (exit.ExitCode, exit.Signal, exit.Code, exit.TimedOut));
    }

    [Fact]
    public void Arguments_arrive_as_they_are()
    {
        string[] words = ["", " ", "a b", "'", "\"", "$HOME", "*", "ü😀", "\n", "\uDCE9"];

        Run("/bin/sh", ["-c", "printf '%s\\0' \"$@\" > \"$0\"", directory["out"], .. words]);

        var bytes = File.ReadAllBytes(directory["out"]);
        Assert.Equal("\0 \0a b\0'\0\"\0$HOME\0*\0ü😀\0\n\0", System.Text.Encoding.UTF8.GetString(bytes[..^2]));
        Assert.Equal([0xE9, 0], bytes[^2..]);
    }

    [Fact]
    public void It_starts_in_its_directory_with_its_environment()
    {
        Directory.CreateDirectory(directory["d"]);

        new ChildProcess
        {
            Command = Command("printf '%s,%s,%s,%s' \"$PWD\" \"$ADDED\" \"${PATH:+has path}\" \"${HOME-none}\" > out") with
            {
                WorkingDirectory = directory["d"],
                Environment = new Dictionary<string, string?> { ["ADDED"] = "a=b", ["HOME"] = null },
            },
        }.Run(TestContext.Current.CancellationToken);

        Assert.Equal($"{directory["d"]},a=b,has path,none", File.ReadAllText(directory["d/out"]));
    }

    [Fact]
    public void Without_the_inherited_environment_it_has_its_own_alone()
    {
        new ChildProcess
        {
            Command = Command($"/usr/bin/env > {directory["out"]}") with { InheritEnvironment = false, Environment = new Dictionary<string, string?> { ["OUT"] = "1" } },
        }.Run(TestContext.Current.CancellationToken);

        var names = File.ReadAllLines(directory["out"]).Select(l => l.Split('=')[0]).ToList();
        Assert.Contains("OUT", names);
        Assert.DoesNotContain("PATH", names);
        Assert.DoesNotContain("HOME", names);
    }

    [Fact]
    public void It_is_found_in_the_PATH_it_is_given_and_a_script_without_an_interpreter_is_the_shells()
    {
        File.WriteAllText(directory["tool"], $"echo \"$@\" > {directory["out"]}\n");
        File.SetUnixFileMode(directory["tool"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var exit = new ChildProcess
        {
            Command = new ChildCommand { FileName = "tool", Arguments = ["a", "b"], Environment = new Dictionary<string, string?> { ["PATH"] = $"/nonexistent:{Path.GetDirectoryName(directory["tool"])}:/bin" } },
        }.Run(TestContext.Current.CancellationToken);

        Assert.Equal((0, "a b\n"), (exit.Code, File.ReadAllText(directory["out"])));
    }

    [Theory]
    [InlineData("no-such-command", "no-such-command: No such file or directory")]
    [InlineData("/nonexistent/command", "/nonexistent/command: No such file or directory")]
    [InlineData("/etc", "/etc: Permission denied")]
    public void What_cannot_be_started_is_a_clear_error(string command, string expected)
    {
        var error = Assert.Throws<NfsToolsException>(() => Run(command, []));

        Assert.Equal($"The command cannot be started: {expected}.", error.Message);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void A_directory_that_is_not_there_is_told_as_such()
    {
        var child = new ChildProcess { Command = Command("true") with { WorkingDirectory = directory["missing"] } };

        var error = Assert.Throws<NfsToolsException>(() => child.Run(TestContext.Current.CancellationToken));

        Assert.Equal($"The command cannot be started: {directory["missing"]}: there is no such directory.", error.Message);
    }

    [Fact]
    public void SIGPIPE_has_its_usual_effect_in_it()
    {
        // "yes" would go on for ever, or complain, where the signal that .NET ignores were ignored there too.
        var exit = Run("/bin/bash", ["-c", "yes | true; exit ${PIPESTATUS[0]}"]);

        Assert.Equal(141, exit.Code);
    }

    [Fact]
    public void When_its_time_is_over_its_whole_group_ends()
    {
        var exit = new ChildProcess
        {
            Command = Command("sleep 1000 & echo $! > \"$0\"; wait", directory["pid"]),
            Timeout = TimeSpan.FromSeconds(3),
        }.Run(TestContext.Current.CancellationToken);

        Assert.Equal((true, 15), (exit.TimedOut, exit.Signal));
        AwaitEnd(directory["pid"]);
    }

    [Fact]
    public void What_does_not_heed_the_end_of_its_time_is_killed()
    {
        var exit = new ChildProcess
        {
            Command = Command("trap '' TERM; while :; do sleep 0.05; done"),
            Timeout = TimeSpan.FromMilliseconds(300),
            Grace = TimeSpan.FromMilliseconds(100),
        }.Run(TestContext.Current.CancellationToken);

        Assert.Equal((true, 9), (exit.TimedOut, exit.Signal));
    }

    [Fact]
    public async Task It_is_cancelled_by_SIGTERM_even_when_it_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var run = Task.Run(() => new ChildProcess { Command = Command("echo $$ > \"$0\"; kill -STOP $$; exit 3", directory["pid"]) }.Run(stop.Token));
        while (!File.Exists(directory["pid"]) || new FileInfo(directory["pid"]).Length == 0)
        {
            Thread.Yield();
        }

        await stop.CancelAsync();
        var exit = await run;

        Assert.Equal((false, 15), (exit.TimedOut, exit.Signal));
    }

    [Fact]
    public void What_it_used_is_told()
    {
        var exit = Run("/bin/sh", ["-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"]);

        Assert.True(exit.UserTime > TimeSpan.Zero);
        Assert.True(exit.Elapsed >= exit.UserTime / 2);

        // Less than this process has itself is not told apart from it.
        Assert.Null(exit.PeakMemory);
    }

    private static ChildExit Shell(string script) => Run("/bin/sh", ["-c", script]);

    private static ChildExit Run(string command, IReadOnlyList<string> arguments) =>
        new ChildProcess { Command = new ChildCommand { FileName = command, Arguments = arguments } }.Run(TestContext.Current.CancellationToken);

    private static ChildCommand Command(string script, params string[] words) => new() { FileName = "/bin/sh", Arguments = ["-c", script, .. words] };

    private static void AwaitEnd(string pidFile)
    {
        var stat = $"/proc/{File.ReadAllText(pidFile).Trim()}/stat";
        try
        {
            while (File.Exists(stat) && !File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal))
            {
                Thread.Yield();
            }
        }
        catch (IOException)
        {
            // It went between the two looks.
        }
    }
}
