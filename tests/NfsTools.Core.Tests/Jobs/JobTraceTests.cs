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
    [InlineData("touch 'a = b' 'c > d' 'e<f' 'g\"h' 'i, j) = -1' 'k[l' 'O_PATH' 'x <unfinished ...>'", "", "a = b|c > d|e<f|g\"h|i, j) = -1|k[l|O_PATH|x <unfinished ...>")]
    [InlineData("mkdir t t/u; cat in > t/u/x; mv t new; cat new/u/x > out", "in", "new/u/x out")]
    [InlineData("cat in > sub/t; ln -s sub l; perl -e 'chdir q(l); rename q(t), q(../out)'; cat out > last", "in", "out last")]
    [InlineData("cat in > t; ln -s sub l; perl -e 'rename q(t), q(l/out)'; cat l/out > last", "in", "sub/out last")]
    [InlineData("cd sub; cat ../in > t; perl -e 'if (fork) { wait } else { rename q(t), q(out) }'", "in", "sub/out")]
    [InlineData("perl -e 'use Fcntl; sysopen F, q(in), O_RDONLY | O_TRUNC; sysopen G, q(new), O_RDONLY | O_CREAT | O_EXCL'", "", "in new")]
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

    // Lines as strace writes them, where the calls are rare or the order is another one each time.
    [Theory]
    [InlineData(
        """
        1 chdir("sub") = 0
        2 rename("in", "out") = 0
        1 vfork( <unfinished ...>
        2 +++ exited with 0 +++
        1 <... vfork resumed>) = 2
        1 +++ exited with 0 +++
        """, "sub/out")]
    [InlineData(
        """
        1 clone(child_stack=0x1, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_THREAD, parent_tid=[2]) = 2
        2 chdir("sub") = 0
        1 rename("in", "out") = 0
        2 unshare(CLONE_FS) = 0
        2 chdir("..") = 0
        1 rename("in", "last") = 0
        1 +++ exited with 0 +++
        """, "sub/last|sub/out")]
    [InlineData(
        """
        1 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD}, 88) = 2
        2 fchdir(3</ROOT/sub>) = 0
        2 rename("in", "out") = 0
        1 rename("in", "out") = 0
        2 openat2(AT_FDCWD</ROOT/sub>, "../new", {flags=O_WRONLY|O_CREAT, mode=0666, resolve=0}, 24) = 4</ROOT/new>
        2 linkat(4</ROOT/#12>(deleted), "", AT_FDCWD</ROOT/sub>, "last", AT_EMPTY_PATH) = 0
        2 symlinkat("in", AT_FDCWD</ROOT/sub>, "link") = 0
        2 renameat2(5</ROOT>, "a", 6</ROOT/sub>, "b", RENAME_EXCHANGE) = 0
        2 mknodat(AT_FDCWD</ROOT/sub>, "node", S_IFREG|0666) = 0
        2 execveat(7</ROOT/sub/tool>, "", ["tool", "arg"], 0x7ff /* 2 vars */, AT_EMPTY_PATH) = 0
        2 rename("never", "came") = ?
        1 +++ killed by SIGKILL +++
        """, "a|new|out|sub/b|sub/last|sub/link|sub/node|sub/out")]
    public void What_strace_writes_is_followed(string log, string outputs)
    {
        foreach (var name in outputs.Split('|').Append("sub/tool"))
        {
            Write(name, "");
        }

        using var trace = new JobTrace(new ChildCommand { FileName = "true", WorkingDirectory = Root }, []);
        var files = trace.Learn(log.Replace("/ROOT", Root, StringComparison.Ordinal).Split('\n'));

        Assert.Equal((outputs, ""), (string.Join('|', files.Outputs.Select(o => Path.GetRelativePath(Root, o)).Order(StringComparer.Ordinal)), trace.Problem));
        Assert.Equal(log.Contains("tool", StringComparison.Ordinal), files.Inputs.Contains(directory["sub/tool"]));
    }

    [Theory]
    [InlineData("1 io_uring_setup(8, {flags=0, sq_thread_cpu=0}) = 3<anon_inode:[io_uring]>", "io_uring")]
    [InlineData("1 unshare(CLONE_NEWNS|CLONE_NEWUSER) = 0", "mounts of its own")]
    [InlineData("1 clone(child_stack=NULL, flags=CLONE_NEWNS|SIGCHLD) = 2", "mounts of its own")]
    [InlineData("1 clone(child_stack=NULL, flags=CLONE_UNTRACED|SIGCHLD) = 2", "cannot be traced")]
    [InlineData("1 setns(3</proc/9/ns/mnt>, 0) = 0", "another namespace")]
    [InlineData("1 chroot(\"sub\") = 0", "another root")]
    [InlineData("", "breaks off")]
    public void What_a_trace_does_not_show_is_told(string call, string problem)
    {
        using var trace = new JobTrace(new ChildCommand { FileName = "true", WorkingDirectory = Root }, []);
        trace.Learn(["1 openat(AT_FDCWD, \"in\", O_RDONLY) = 3", call, .. call.Length > 0 ? ["1 +++ exited with 0 +++"] : Array.Empty<string>()]);

        Assert.Contains(problem, trace.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_hides_files_from_its_trace_is_not_believed()
    {
        Assert.SkipUnless(Run("unshare -m true").Exit?.Code == 0, "mounts of one's own need root");
        var result = Run("unshare -m cat in > out");

        Assert.Equal((JobVerdict.NotTraced, 125), (result.Verdict, result.Code));
        Assert.Contains("a process of it has mounts of its own (unshare): name its files instead", result.Reason, StringComparison.Ordinal);
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
