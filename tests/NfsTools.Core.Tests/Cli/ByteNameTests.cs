using System.Diagnostics;

namespace NfsTools.Core.Tests.Cli;

/// <summary>Names are bytes: one that is not UTF-8 is no other name.</summary>
public sealed class ByteNameTests
{
    [Fact]
    public void A_name_that_is_not_UTF8_is_found_and_written_so_that_it_is_read_back()
    {
        using var directory = new TestDirectory();
        var output = Shell(directory[""], """
            n=$(printf 'caf\351'); echo x >"$n"
            $t stamp "$n" --export m.json --json | grep -c 'caf\\\\xE9"'
            $t stamp --import m.json --json | grep -c '"exists":true'
            $t check "$n" --expect m.json >/dev/null; echo check $?
            $t wait "$n" --gone --timeout 0 >/dev/null; echo gone $?
            $t run -n -i "$n" --expect m.json -- cat "$n"; echo run $?
            $t lock "l$n" -- true; echo lock $?
            ls | LC_ALL=C od -An -c | tr -d ' \n'; rm -f ./*
            """);

        Assert.Equal("1\n1\ncheck 0\ngone 1\nx\nrun 0\nlock 0\ncaf351\\nlcaf351\\nm.json\\n", output);
    }

    private static string Shell(string directory, string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"t='dotnet {Path.Combine(AppContext.BaseDirectory, "nfstools.dll")}'\n{script}"]) { RedirectStandardOutput = true, WorkingDirectory = directory };
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output;
    }
}
