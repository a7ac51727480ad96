using System.Diagnostics;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary>The command where its process is allowed little, or was given no streams.</summary>
public sealed class NarrowProcessTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public NarrowProcessTests()
    {
        using var log = File.Create(directory["lsb.acct"]);
        new LsfLogGenerator(17, new LsfGeneratorOptions()).WriteTo(log, 200);
    }

    [Theory]
    [InlineData("collect lsb.acct --store a.db --once", 3)]
    [InlineData("watch .", 3)]
    [InlineData("parse lsb.acct", 3)]
    [InlineData("run true", 125)]
    [InlineData("lock l -- true", 125)]
    public void Too_few_open_files_are_told_with_the_limit_and_what_to_do(string command, int code) =>
        Assert.Equal(
            (code, "nfstools: this process may open only 40 files at once (ulimit -n), and needs 128.\nAllow more: ulimit -n 1024 in the shell, LimitNOFILE=1024 in a systemd unit.\n"),
            Shell($"ulimit -n 40; exec {NfstoolsProgram.Shell} {command} 2>&1"));

    [Fact]
    public void A_collector_works_with_as_many_as_it_asks_for() => Assert.Equal((0, ""), Shell($"ulimit -n 128; exec {NfstoolsProgram.Shell} collect lsb.acct --store a.db --once --quiet 2>&1"));

    // With the variable .NET itself starts with such a limit; the native program does without.
    [Theory]
    [InlineData("run -n -o out --record m.json -- touch out", 125, "m.json: the manifest cannot be written: File too large.")]
    [InlineData("run -n -o out --json m.json -- touch out", 125, "m.json: the report cannot be written: File too large.\nAllow larger files: ulimit -f unlimited")]
    [InlineData("run -n -o out --json m.json -- true", 125, "nfstools run: the output is not written by the job: ")]
    [InlineData("flow run flow.yaml", 3, "flow.yaml.state/lock: File too large.")]
    [InlineData("lock l -- true", 125, "l: File too large.")]
    [InlineData("run -- sh -c 'echo x >out; exit 5'", 153, "")]
    [InlineData("run -n -i missing --retries 0 -- true 2>full", 120, "")]
    public void A_file_that_may_not_become_so_large_is_told_like_a_full_disk(string command, int code, string expected)
    {
        File.WriteAllText(directory["flow.yaml"], "jobs:\n- {name: a, command: touch o, outputs: o}\n");

        var (ended, output) = Shell($"(ulimit -f 0; export DOTNET_EnableWriteXorExecute=0; exec 2>&1; exec {NfstoolsProgram.Shell} {command}) | cat; exit ${{PIPESTATUS[0]}}");

        Assert.Equal(code, ended);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory["."], "*.tmp"));
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("<&- >&-")]
    [InlineData("<&- >&- 2>&-")]
    public void Output_that_was_closed_takes_nothing_and_is_an_error(string closed)
    {
        var (code, output) = Shell($"{NfstoolsProgram.Shell} parse lsb.acct {(closed.Contains('2', StringComparison.Ordinal) ? "" : "2>err")} {closed}; code=$?; cat err; exit $code");

        Assert.Equal(3, code);
        Assert.Equal(closed.Contains('2', StringComparison.Ordinal) ? "" : "nfstools: Standard output is closed.\nSend it somewhere, e.g. to /dev/null.\n", output);
    }

    [Fact]
    public void Input_that_was_closed_is_an_error() =>
        Assert.Equal((3, "nfstools: Standard input is closed.\nSend the log to it, or name the file.\n"), Shell($"{NfstoolsProgram.Shell} parse - <&- 2>&1"));

    public void Dispose() => directory.Dispose();

    private (int Code, string Output) Shell(string script)
    {
        File.WriteAllText(directory["err"], "");
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, WorkingDirectory = directory["."] })!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return (shell.ExitCode, output);
    }
}
