using System.Diagnostics;
using NfsTools.TestKit;

namespace NfsTools.Core.Tests.Stamps;

/// <summary>Files that are named to nfstools are replaced whole where they are regular; devices, pipes and what is open are written to.</summary>
public sealed class WholeFileTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public WholeFileTests()
    {
        File.WriteAllText(directory["flow.yaml"], "jobs:\n- {name: j, command: 'true', outputs: o}\n");
        using var log = File.Create(directory["lsb.acct"]);
        new LsfLogGenerator(1, new LsfGeneratorOptions()).WriteTo(log, 1);
        File.CreateSymbolicLink(directory["null"], "/dev/null");
        File.CreateSymbolicLink(directory["link"], "stdout");
        File.CreateSymbolicLink(directory["stdout"], "/dev/stdout");
        File.WriteAllText(directory["target"], "precious");
        File.CreateSymbolicLink(directory["file"], "target");
    }

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("run -n --json FILE -- true", "\"verdict\"")]
    [InlineData("run -o o --record FILE -- sh -c 'echo >o'", "\"path\"")]
    [InlineData("stamp lsb.acct --export FILE", "\"path\"")]
    [InlineData("flow graph flow.yaml -o FILE", "digraph")]
    [InlineData("collect lsb.acct --store s.db --once --metrics FILE", "nfstools_collector_")]
    public void What_is_no_regular_file_is_written_to_by(string line, string expected)
    {
        string To(string file) => line.Replace("FILE", file, StringComparison.Ordinal);
        var script = $$"""
            n() { "$0" "$@"; }
            n {{To("null")}} >said 2>&1
            mkfifo pipe; cat pipe >piped & n {{To("pipe")}} >said 2>&1; wait
            { echo before; n {{To("link")}} 2>said; echo after; } >linked
            { echo before >&3; n {{To("/dev/fd/3")}} >said 2>&1; echo after >&3; } 3>opened
            n {{To("file")}} >said 2>&1
            """;

        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script, NfstoolsProgram.File]) { WorkingDirectory = Path.GetDirectoryName(directory["l"])! })!;
        shell.WaitForExit();

        Assert.Equal(("/dev/null", "stdout", "/dev/stdout"), (new FileInfo(directory["null"]).LinkTarget, new FileInfo(directory["link"]).LinkTarget, new FileInfo(directory["stdout"]).LinkTarget));
        Assert.Contains(expected, Read("piped"), StringComparison.Ordinal);
        foreach (var name in new[] { "linked", "opened" })
        {
            Assert.StartsWith("before\n", Read(name), StringComparison.Ordinal);
            Assert.Contains(expected, Read(name), StringComparison.Ordinal);
            Assert.EndsWith("after\n", Read(name), StringComparison.Ordinal);
        }

        Assert.Null(new FileInfo(directory["file"]).LinkTarget);
        Assert.Contains(expected, Read("file"), StringComparison.Ordinal);
        Assert.Equal("precious", Read("target"));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(directory["l"])!, "*.tmp"));
    }

    [Fact]
    public void On_a_full_disk_the_old_file_stays_whole_and_nothing_is_left_beside_it()
    {
        var (code, output) = PrivateMounts.Run(
            Path.GetDirectoryName(directory["l"])!,
            """
            exec 2>&1; mkdir disk; mount -t tmpfs -o size=64k none disk
            cp lsb.acct disk/a; echo old >disk/old
            cat /dev/zero >disk/ballast 2>/dev/null || true
            for f in disk/old /dev/full; do
                $NFSTOOLS run -n --json $f -- true || echo $?
                $NFSTOOLS stamp lsb.acct --export $f >said || echo $?
                $NFSTOOLS flow graph flow.yaml -o $f || echo $?
                $NFSTOOLS collect lsb.acct --store s.db --once --metrics $f || echo $?
            done
            cat disk/old; ls disk | grep -v lock
            """);

        Assert.Equal(0, code);
        Assert.Equal(8, output.Split('\n').Count(l => l.Contains("cannot be written: ", StringComparison.Ordinal) && l.EndsWith("No space left on device.", StringComparison.Ordinal)));
        Assert.EndsWith("old\na\nballast\nold\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_nobody_reads_does_not_hold_up_a_collector()
    {
        var (code, output) = PrivateMounts.Run(Path.GetDirectoryName(directory["l"])!, "mkfifo pipe; $NFSTOOLS collect lsb.acct --store s.db --once --metrics pipe || echo $?");

        Assert.Equal(0, code);
        Assert.Contains("pipe: the metrics cannot be written: ", output, StringComparison.Ordinal);
    }

    private string Read(string name) => File.ReadAllText(directory[name]);
}
