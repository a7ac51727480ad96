using System.Diagnostics;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

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
            mkdir d; echo x >"d/$n"; $t run -n -i d -- true; echo tree $?
            $t run -n -i d -- sh -c 'echo y | tee -a d/caf*' 2>&1 | grep -c 'caf.xE9 in it changed'; rm -r d
            ls | LC_ALL=C od -An -c | tr -d ' \n'; rm -f ./*
            """);

        Assert.Equal("1\n1\ncheck 0\ngone 1\nx\nrun 0\nlock 0\ntree 0\n1\ncaf351\\nlcaf351\\nm.json\\n", output);
    }

    [Fact]
    public void Logs_stores_metrics_and_configurations_have_names_that_are_not_UTF8()
    {
        using var directory = new TestDirectory();
        var generator = new LsfLogGenerator(1, new LsfGeneratorOptions());
        foreach (var log in new[] { "1", "2", "3" })
        {
            File.WriteAllBytes(directory[log], generator.Next().Bytes);
        }

        var output = Shell(directory[""], """
            e=$(printf '\351'); o=$(printf '\352'); mkdir "d$e" "d$o"; mv 1 "d$e/lsb.acct"; mv 2 "d$e/l$e"; mv 3 "d$o/lsb.acct"
            $t parse "d$e/lsb.acct" --json | grep -c recordType
            $t fs "d$e" --json | grep -c 'd\\\\xE9"'
            $t collect "d$e/lsb.acct" --store "d$e/s$e" --metrics "d$e/m$e" --once --quiet; echo collect $?
            $t collect "d$e/l$e" "d$o/lsb.acct" --store "d$e/s$e" --once --quiet; echo collect $?
            grep -c 'lag_bytes.*path=".*d\\\\xE9/lsb.acct"' "d$e/m$e"
            $t status --store "d$e/s$e" --json | grep -o '"livePath":"[^"]*"' | sed 's/.*test-[^/]*//' | sort
            $t verify --store "d$e/s$e" >/dev/null; echo verify $?
            $t backup --store "d$e/s$e" --to "d$o/b$e" >/dev/null; $t verify --store "d$o/b$e" >/dev/null; echo backup $?
            printf 'store: d\\xE9/c.db\nmetrics: d\\xE9/c.prom\nsources:\n- path: d\\xE9/lsb.acct\n' >"c$e.yaml"
            $t collect --config "c$e.yaml" --once --quiet; echo config $?
            ls "d$e" | grep '^c.[dp]'; LC_ALL=C ls | tr '\351\352' '12'; rm -r -- *
            """);

        Assert.Equal(
            """
            1
            1
            collect 0
            collect 0
            1
            /d\\xE9/l\\xE9"
            /d\\xE9/lsb.acct"
            /d\\xEA/lsb.acct"
            verify 0
            backup 0
            config 0
            c.db
            c.db-shm
            c.db-wal
            c.db.lock
            c.prom
            c1.yaml
            d1
            d2

            """, output);
    }

    [Fact]
    public void A_working_directory_is_where_relative_names_lead_whatever_its_bytes_are()
    {
        using var directory = new TestDirectory();
        var output = Shell(directory[""], """
            e=$(printf '\351'); mkdir "w$e"; cd "w$e"; echo in >in
            $t stamp in --export m.json >/dev/null; echo stamp $?
            $t check in --expect m.json >/dev/null; echo check $?
            $t wait in --timeout 0 >/dev/null; echo wait $?
            $t run -i in -o out --record r.json --json j.json -- cp in out; echo run $?
            $t lock l -- true; echo lock $?
            printf 'jobs:\n- name: a\n  command: [cp, in, flowed]\n  inputs: [in]\n  outputs: [flowed]\n' >"f$e"
            $t flow check "f$e"; $t flow run "f$e" >/dev/null; echo flow $?
            $t flow run "f$e" --json | grep -o '"status":"[a-zA-Z]*"'
            $t flow graph "f$e" -o g.svg; grep -c '</svg>' g.svg
            LC_ALL=C ls | tr '\351' 1; cd ..; LC_ALL=C ls | tr '\351' 1; rm -r -- *
            """);

        Assert.Equal(
            """
            stamp 0
            check 0
            wait 0
            run 0
            lock 0
            1 job, nothing wrong
            flow 0
            "status":"upToDate"
            1
            flowed
            f1
            f1.state
            g.svg
            in
            j.json
            l
            m.json
            out
            r.json
            w1

            """, output);
    }

    [Fact]
    public void A_watch_keeps_its_state_under_such_a_name_and_tells_such_names()
    {
        using var directory = new TestDirectory();
        var output = Shell(directory[""], """
            e=$(printf '\351'); o=$(printf '\352'); mkdir "w$e"; echo 1 >"w$e/a$e"
            watch() { $t watch "w$e" --state "s$e" --json >told & p=$!; until [ -s "s$e" ] && { [ -z "$1" ] || grep -q "$1" told; }; do sleep 0.1; done; kill $p; wait $p; }
            watch ''
            echo 2 >"w$e/a$o"; mv "w$e/a$e" "w$e/b$e"
            watch 'b.*xE9'
            grep -o '"event":"[a-z]*"\|"path":"[^"]*"' told | sed 's|"path.*/|"path":"|' | paste -d' ' - - | LC_ALL=C sort; rm -r -- *
            """);

        Assert.Equal(
            """
            "event":"created" "path":"a\\xEA"
            "event":"renamed" "path":"b\\xE9"

            """, output);
    }

    private static string Shell(string directory, string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"t='{NfstoolsProgram.Shell}'\n{script}"]) { RedirectStandardOutput = true, WorkingDirectory = directory };
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output;
    }
}
