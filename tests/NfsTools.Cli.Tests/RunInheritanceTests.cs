using System.Diagnostics;

namespace NfsTools.Cli.Tests;

/// <summary>What a command inherits is what the shell that started nfstools would have given it.</summary>
public sealed class RunInheritanceTests : IDisposable
{
    // A shell replaces itself with its last command, which leaves no parent to ask: ":" is the last.
    private const string Compare =
        """
        sh what >direct
        "$0" run -n -- sh what >run 2>>errors
        "$0" lock l -- sh what >lock 2>>errors
        "$0" flow run flow.yaml >log 2>&1
        :
        """;

    private const string Ignored = "grep SigIgn /proc/self/status";

    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("ulimit -Sn 200; ulimit -Sc 0; ulimit -St 1000; ulimit -Ss 4096; umask 027; renice -n 5 $$ >/dev/null", "ulimit -Sa; ulimit -Ha; umask; nice")]
    [InlineData("ulimit -n 300", "ulimit -Sn; ulimit -Hn")]
    [InlineData("trap : PIPE TERM HUP", Ignored)]
    [InlineData("trap '' PIPE INT HUP", Ignored)]
    [InlineData("trap '' HUP INT QUIT PIPE TERM USR1 USR2 ALRM CONT TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO SYS", Ignored)]
    public void Of(string prepare, string what)
    {
        File.WriteAllText(directory["what"], what);
        File.WriteAllText(directory["flow.yaml"], "jobs:\n- {name: j, outputs: o, command: 'exec sh what >o'}\n");

        Shell($"{prepare}\n{Compare}");

        Assert.Equal("", File.ReadAllText(directory["errors"]).Replace("nfstools run: no file of sh is known, so nothing is checked: name its files with -i and -o.\n", "", StringComparison.Ordinal));
        Assert.NotEmpty(Read("direct"));
        Assert.Equal((Read("direct"), Read("direct"), Read("direct")), (Read("run"), Read("lock"), Read("o")));
    }

    [Fact]
    public void Files_that_are_open_under_other_numbers_are_handed_on()
    {
        Shell("\"$0\" run -n -- sh -c 'echo three >&3; echo seven >&7; ls /proc/self/fd' 3>three 7>seven >open; ls /proc/self/fd 3>/dev/null 7>/dev/null >direct; :");

        Assert.Equal(("three\n", "seven\n"), (Read("three"), Read("seven")));

        Assert.Equal(Read("direct"), Read("open"));
    }

    [Theory]
    [InlineData("run -n -- true", 125)]
    [InlineData("run -i a -- true", 125)]
    [InlineData("lock l -- true", 125)]
    [InlineData("flow run f.yaml", 3)]
    [InlineData("stamp f", 3)]
    [InlineData("collect lsb.acct --store s.db --once", 3)]
    public void A_working_directory_that_was_deleted_is_told_as_such(string line, int code)
    {
        Shell($"mkdir gone; cd gone; rmdir ../gone; \"$0\" {line} >../out 2>&1; echo $? >../code");

        Assert.Equal(("nfstools: The working directory was deleted.\nChange to a directory that exists.\n", $"{code}\n"), (Read("out"), Read("code")));
    }

    [Fact]
    public void Where_no_file_is_named_by_it_a_working_directory_that_was_deleted_does_no_harm()
    {
        Shell("mkdir gone; cd gone; rmdir ../gone; \"$0\" lock \"$1\" -- /bin/echo ran >../out 2>&1", directory["l"]);

        Assert.Equal("ran\n", Read("out"));
    }

    private void Shell(string script, params string[] arguments)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script, NfstoolsProgram.File, .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(directory["l"])!,
        })!;
        shell.WaitForExit();
    }

    private string Read(string name) => File.ReadAllText(directory[name]);
}
