using NfsTools.Jobs;
using NfsTools.Stamps;

namespace NfsTools.Core.Tests.Jobs;

public sealed class JobTraceTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public JobTraceTests()
    {
        Write("in", "12345");
        Directory.CreateDirectory(directory["sub"]);
        Assert.SkipUnless(new ChildCommand { FileName = "strace" }.CanStart() && Probe(), "tracing needs strace, and the right to trace");

        bool Probe() => new ChildProcess { Command = new() { FileName = "strace", Arguments = ["-qq", "-o", "/dev/null", "true"] } }.Run(TestContext.Current.CancellationToken).Code == 0;
    }

    public void Dispose() => directory.Dispose();

    private string Root => Path.GetDirectoryName(directory["in"])!;

    [Theory]
    [InlineData("cat in > out", "in", "out")]
    [InlineData("cd sub; cat ../in > out", "in", "sub/out")]
    [InlineData("(cd sub; cat ../in) > out; cat out > last", "in", "out last")]
    [InlineData("cat in > tmp; sort tmp > out; rm tmp", "in", "out")]
    [InlineData("cat in > tmp; mv tmp out", "in", "out")]
    [InlineData("cd sub && cat ../in > tmp && mv tmp ../out", "in", "out")]
    [InlineData("ln in out", "in", "out")]
    [InlineData("ln -s in link; cat link > 'ü out'", "in", "link|ü out")]
    [InlineData("echo more >> in", "", "in")]
    [InlineData("cat in > /dev/null; echo more >> in", "in", "in")]
    [InlineData("test -e in; ls > /dev/null", "", "")]
    [InlineData("sh -c 'cat in & wait' > out", "in", "out")]
    [InlineData("cat missing 2> /dev/null; touch out", "", "out")]
    public void What_a_command_and_its_children_read_and_write_is_learnt(string script, string inputs, string outputs)
    {
        var result = Run(script);

        Assert.Equal((JobVerdict.Succeeded, "trace"), (result.Verdict, result.FilesFrom));
        Assert.Equal(Names(inputs), result.Inputs.Select(i => i.Path).Order(StringComparer.Ordinal));
        Assert.Equal(Names(outputs), result.Outputs.Select(o => o.Path).Order(StringComparer.Ordinal));
        Assert.All(result.Outputs, o => Assert.True(o.Written, o.Reason));
    }

    [Fact]
    public void A_name_below_an_open_directory_does_not_move_the_process_there()
    {
        var renameAt = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 38 : 264;

        var result = Run($"cat in > a; cat in > t; perl -e 'open(D, q(<), q(sub)); ($x, $y) = qw(a b); syscall({renameAt}, -100, $x, fileno(D), $y); rename(q(t), q(c))'");

        Assert.Equal([directory["c"], directory["sub/b"]], result.Outputs.Select(o => o.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Links_on_the_way_are_resolved_and_what_is_to_be_ignored_is_left_out()
    {
        Directory.CreateSymbolicLink(directory["other"], "sub");
        Write("sub/data", "");

        var result = Run("cat other/data in > out", job => job with { TraceIgnored = [directory["in"]] });

        Assert.Equal([directory["sub/data"]], result.Inputs.Select(i => i.Path));
    }

    [Fact]
    public void A_script_that_is_executed_is_an_input()
    {
        Write("sub/tool", "#!/bin/sh\n: > out\n");
        File.SetUnixFileMode(directory["sub/tool"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal([directory["sub/tool"]], Run("sub/tool").Inputs.Select(i => i.Path).Distinct());
    }

    [Fact]
    public void What_is_learnt_is_compared_with_what_was_expected_and_with_the_start()
    {
        var stamp = new FreshStamps().Take(directory["in"]);
        Assert.Equal(JobVerdict.Succeeded, Run("cat in > out", job => job with { Files = new() { Outputs = ["out"] }, Expected = new([stamp]) }).Verdict);

        Write("in", "another");
        Write("there", "");
        var result = Run("cat in there > out", job => job with { Files = new() { Inputs = ["there"] }, Expected = new([stamp, new FreshStamps().Take(directory["there"])]) });

        Assert.Equal(JobVerdict.InputChanged, result.Verdict);
        Assert.Contains("the command read it, and it is not as expected", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_somebody_else_changes_while_the_job_runs_is_told()
    {
        Write("sub/theirs", "");
        using var other = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"cd '{Root}/sub'; until [ -e go ]; do sleep 0.01; done; echo changed > theirs; : > gone-on"]);

        // The other one writes while this job has read.
        var result = Run("cat sub/theirs > out; touch sub/go; until [ -e sub/gone-on ]; do sleep 0.01; done", job => job with { TraceIgnored = [directory["sub/go"], directory["sub/gone-on"]] });

        Assert.Equal(JobVerdict.InputChanged, result.Verdict);
        Assert.Contains("it changed after the job's start", result.Reason, StringComparison.Ordinal);
        other.WaitForExit();
    }

    [Fact]
    public void Exit_codes_signals_and_failures_to_start_are_those_of_the_command()
    {
        Assert.Equal(7, Run("exit 7").Code);
        Assert.Equal(143, Run("kill -TERM $$").Code);
        Assert.Equal(JobVerdict.CannotStart, (Job("") with { Command = new() { FileName = "no-such-command" } }).Run(TestContext.Current.CancellationToken).Verdict);
        Assert.Equal(JobVerdict.TimedOut, Run("sleep 1000", job => job with { Timeout = TimeSpan.FromMilliseconds(300) }).Verdict);
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "nfstools-trace-*"));
    }

    private ProtectedJobResult Run(string script, Func<ProtectedJob, ProtectedJob>? change = null) =>
        (change ?? (job => job))(Job(script)).Run(TestContext.Current.CancellationToken);

    private ProtectedJob Job(string script) => new()
    {
        Command = new ChildCommand { FileName = "/bin/sh", Arguments = ["-c", script], WorkingDirectory = Root },
        Trace = true,
        Protect = true,
    };

    private IEnumerable<string> Names(string names) =>
        names.Split(names.Contains('|', StringComparison.Ordinal) ? '|' : ' ', StringSplitOptions.RemoveEmptyEntries).Select(n => directory[n]).Order(StringComparer.Ordinal);

    private void Write(string name, string content) => File.WriteAllText(directory[name], content);
}
