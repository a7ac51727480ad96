using System.Diagnostics;
using System.Text.Json;
using NfsTools.Jobs;

namespace NfsTools.Cli.Tests;

public sealed class RunTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public RunTests() => File.WriteAllText(directory["aa"], "12345");

    public void Dispose() => directory.Dispose();

    private string Root => Path.GetDirectoryName(directory["aa"])!;

    [Theory]
    [InlineData("true", 0)]
    [InlineData("-- false", 1)]
    [InlineData("--retries 0 -n sh -c exit\t7", 7)]
    [InlineData("sh -c kill\t-9\t$$", 137)]
    [InlineData("printf %s -n", 0)]
    public void The_commands_exit_code_passes_through(string line, int code)
    {
        var outcome = Run(line);

        Assert.Equal(code, outcome.Code);
        Assert.Equal(line.Contains("-n ", StringComparison.Ordinal) ? "nfstools run: no file of sh is known, so nothing is checked: name its files with -i and -o.\n" : "", outcome.Errors);
        Assert.Equal(line.StartsWith("printf", StringComparison.Ordinal) ? "-n" : "", outcome.Output);
    }

    [Theory]
    [InlineData("-n --retries 0 -i missing touch ran", 120, "the input is not as expected: ")]
    [InlineData("-n --expect missing.json touch ran", 120, "missing.json: the manifest cannot be read")]
    [InlineData("-n -i aa sh -c echo>>aa", 121, "the input is not the same after the job: ")]
    [InlineData("-n -o bb true", 122, "the output is not written by the job: ")]
    [InlineData("no-such-command", 123, "The command cannot be started: no-such-command: No such file or directory.")]
    [InlineData("--timeout 50ms sleep 1000", 124, "it was ended after ")]
    [InlineData("-n -i /dev/zero touch ran", 125, "/dev/zero cannot be checked: it is a device, ")]
    [InlineData("-n -o /dev/stdout touch ran", 125, "/dev/stdout cannot be checked: ")]
    [InlineData("--record no/m.json true", 125, "no/m.json: the manifest cannot be written")]
    [InlineData("sh -c exit\t122", 122, "the command's own exit code: the command returned 122")]
    public void A_code_that_could_be_mistaken_comes_with_a_line_on_standard_error(string line, int code, string expected)
    {
        var outcome = Run(line);

        Assert.Equal((code, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith("nfstools run: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(directory["ran"]));
    }

    [Theory]
    [InlineData("", "There is no command to run.")]
    [InlineData("-n --capsules missing.yaml true", "missing.yaml: there is no such file")]
    [InlineData("--bogus true", "there is no option --bogus.")]
    [InlineData("--retries x true", "--retries")]
    public void A_wrong_command_line_ends_with_125(string line, string expected)
    {
        var outcome = Run(line);

        Assert.Equal((125, ""), (outcome.Code, outcome.Output));
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_is_its_own_before_the_command_and_the_commands_behind_it()
    {
        Assert.Contains("120 an input is not ready", string.Join(' ', Run("--help").Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal("--help", Run("printf %s --help").Output);
    }

    [Theory]
    [InlineData("NFSTOOLS_PROTECTION=1", "touch aa", 0)]
    [InlineData("NFSTOOLS_PROTECTION=1", "cp missing bb", 120)]
    [InlineData("VOV_VW_NFS_PROTECTION=yes", "cp missing bb", 120)]
    [InlineData("VOV_VW_NFS_PROTECTION=0", "cp missing bb", 1)]
    [InlineData("OTHER=1", "cp missing bb", 1)]
    [InlineData("OTHER=1", "-o bb true", 122)]
    [InlineData("OTHER=1", "-i missing true", 120)]
    [InlineData("OTHER=1", "--expect missing true", 120)]
    [InlineData("OTHER=1", "--hash cp missing bb", 120)]
    [InlineData("VOV_VW_NFS_PROTECTION=0", "-o bb true", 0)]
    [InlineData("VOV_VW_NFS_PROTECTION=0", "-n -o bb true", 122)]
    public void Files_are_checked_where_they_are_named_or_a_variable_asks_for_it(string variable, string line, int code)
    {
        var (ended, output) = Shell($"env {variable} $NFSTOOLS run --retries 0 {line}");

        Assert.Equal(code, ended);
        Assert.Equal(variable.EndsWith("=0", StringComparison.Ordinal) && line.StartsWith("-o", StringComparison.Ordinal), output.Contains("are not checked: a variable", StringComparison.Ordinal));
    }

    [Fact]
    public void A_chain_of_jobs_hands_its_stamps_on_and_reports_its_evidence()
    {
        Assert.Equal(0, Run("-n -i aa -o bb --record m.json --json r.json cp aa bb").Code);
        Assert.Equal(0, Run("-n --expect m.json -i bb -o cc cp bb cc").Code);
        var report = JsonDocument.Parse(File.ReadAllText(directory["r.json"])).RootElement;

        Assert.Equal(("cp aa bb", "succeeded", 0, true), (Text("command"), Text("verdict"), report.GetProperty("code").GetInt32(), report.GetProperty("codeIsJobs").GetBoolean()));
        Assert.Equal("direct", report.GetProperty("inputs")[0].GetProperty("before").GetProperty("method").GetString());
        Assert.True(report.GetProperty("outputs")[0].GetProperty("written").GetBoolean());
        Assert.StartsWith("20", report.GetProperty("outputs")[0].GetProperty("serverStart").GetString(), StringComparison.Ordinal);
        Assert.True(report.GetProperty("userSeconds").GetDouble() >= 0);

        File.AppendAllText(directory["bb"], "x");
        Assert.Equal(120, Run("-n --expect m.json -i bb --retries 0 --json r.json touch ran").Code);
        report = JsonDocument.Parse(File.ReadAllText(directory["r.json"])).RootElement;
        Assert.Equal(("inputsNotReady", false), (Text("verdict"), report.GetProperty("codeIsJobs").GetBoolean()));

        string? Text(string name) => report.GetProperty(name).GetString();
    }

    [Fact]
    public void A_known_commands_files_are_checked_without_being_named()
    {
        var (code, output) = Shell("env VOV_VW_NFS_PROTECTION=1 $NFSTOOLS run --json r.json cp aa bb && cmp aa bb; $NFSTOOLS run -n --retries 0 cp missing bb; echo $?");

        Assert.Equal(0, code);
        Assert.StartsWith("120\n", output, StringComparison.Ordinal);
        var report = JsonDocument.Parse(File.ReadAllText(directory["r.json"])).RootElement;
        Assert.Equal(("capsule", directory["bb"]), (report.GetProperty("filesFrom").GetString(), report.GetProperty("outputs")[0].GetProperty("path").GetString()));
        Assert.Contains("commands: [cp]", Run("--show-capsules").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_streams_pass_through()
    {
        var (code, output) = Shell("printf 'a\\nb\\n' | $NFSTOOLS run sort -r | tr '\\n' ,; $NFSTOOLS run sh -c 'echo err >&2' 2> err; cat err");

        Assert.Equal((0, "b,a,err\n"), (code, output));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("USR1")]
    public void A_signal_reaches_the_commands_whole_group(string signal)
    {
        // The command and its child each tell of the signal; the exit code is what the command makes of it.
        using var run = NfstoolsProcess.Start(
            "run", "sh", "-c", $"trap 'echo parent; exit 9' {signal}; sh -c \"trap 'echo child; exit' {signal}; echo ready; while :; do sleep 0.05; done\" 2> /dev/null");
        run.ReadUntil("ready");
        run.Signal(signal);

        var outcome = run.End();

        Assert.Equal(9, outcome.Code);
        Assert.Equal(["child", "parent"], outcome.Lines);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_ends_the_wait_for_inputs(string signal, int code)
    {
        using var run = NfstoolsProcess.Start("run", "-n", "-i", directory["missing"], "-o", directory["bb"], "touch", directory["ran"]);
        while (!run.HasInotify)
        {
            Assert.False(run.HasEnded, "nfstools ended before its time");
            Thread.Yield();
        }

        run.Signal(signal);
        var outcome = run.End();

        Assert.Equal(code, outcome.Code);
        Assert.Contains("nfstools run: waiting for 1 of the inputs; ", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal([directory["aa"]], Directory.GetFiles(Root));
    }

    [Fact]
    public void Arguments_that_are_no_UTF8_arrive_byte_by_byte()
    {
        var (code, output) = Shell("$NFSTOOLS run printf '%s|' \"$(printf '\\351')\" '\ud83d\ude00' '' | od -An -tx1");

        Assert.Equal((0, " e9 7c f0 9f 98 80 7c 7c\n"), (code, output));
    }

    [Fact]
    public void What_nohup_ignores_stays_ignored()
    {
        var (code, output) = Shell("trap '' HUP; $NFSTOOLS run sh -c 'kill -HUP $$; echo alive'");

        Assert.Equal((0, "alive\n"), (code, output));
    }

    [Fact]
    public void A_command_that_was_interrupted_looks_so_from_outside()
    {
        // A shell ends a script where a command died of SIGINT, which the exit code 130 alone does not tell it.
        var exit = new ChildProcess
        {
            Command = new ChildCommand { FileName = NfstoolsProgram.Words[0], Arguments = [.. NfstoolsProgram.Words.Skip(1), "run", "sh", "-c", "kill -INT $$"] },
        }.Run(TestContext.Current.CancellationToken);

        Assert.Equal(2, exit.Signal);
    }

    [Fact]
    public void A_server_that_hangs_is_waited_for_as_told_and_told_as_the_reason()
    {
        var (code, output) = PrivateMounts.Run(
            Root,
            PrivateMounts.Hung("m") + "for f in '-i aa -i m/x' '--expect m/x.json'; do $NFSTOOLS run -n $f --retries 1 --delay 100ms touch ran && exit 1; [ $? = 120 ]; [ ! -e ran ]; done");

        Assert.Equal(0, code);
        Assert.Matches("nfstools run: 1 of 2 inputs is not as expected: .*/m/x: the file system does not answer\n", output);
        Assert.Matches("nfstools run: what the inputs are to be cannot be told: the file system does not answer\n$", output);
    }

    private NfstoolsProcess.Outcome Run(string line) =>
        NfstoolsProcess.RunIn(Root, ["run", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace('\t', ' '))]);

    private (int Code, string Output) Shell(string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
            Environment = { ["NFSTOOLS"] = NfstoolsProgram.Shell },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
