namespace NfsTools.Cli.Tests;

/// <summary>What inotify cannot watch, since a limit is reached, is looked at, and that is said once with the limit's name.</summary>
public sealed class InotifyLimitTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public static TheoryData<string, int> Limits => new() { { "watches", 3 }, { "watches", 0 }, { "instances", 0 } };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_watch_tells_every_change_all_the_same(string limit, int most)
    {
        var (code, output) = PrivateMounts.RunLimited(directory[""], $$"""
            echo {{most}} >/proc/sys/user/max_inotify_{{limit}}
            mkdir -p data/a data/b data/c data/d
            $NFSTOOLS watch "$PWD/data" --recurse --poll 0.2 --state "$PWD/state" >log 2>err & watch=$!
            until [ -e state ]; do sleep 0.1; done
            for d in . a b c d; do mktemp data/$d/XXXXXX >/dev/null; done
            until [ $(wc -l <log) = 5 ]; do sleep 0.1; done
            mkdir data/e; mktemp data/e/XXXXXX >/dev/null
            until [ $(wc -l <log) = 7 ]; do sleep 0.1; done
            mv data/a data/f
            until grep -q 'renamed.*data/f' log; do sleep 0.1; done
            kill $watch; wait $watch
            cut -d ' ' -f 2 log | sort | uniq -c | tr -s ' '; cat err
            """);

        Assert.True(code == 0, output);
        Assert.StartsWith(" 7 created\n 1 renamed\n", output, StringComparison.Ordinal);
        Assert.Equal(1, output.Split($"fs.inotify.max_user_{limit}").Length - 1);
        Assert.Contains("every 0.2 s", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void Lines_are_told_a_wait_is_met_and_records_are_collected_all_the_same(string limit, int most)
    {
        var (code, output) = PrivateMounts.RunLimited(directory[""], $$"""
            echo {{(limit == "watches" ? 0 : most)}} >/proc/sys/user/max_inotify_{{limit}}
            echo begun >lines; echo '"JOB_NEW"' >lsb.acct
            $NFSTOOLS watch "$PWD/lines" --content --poll 0.2 >log 2>err & watch=$!
            $NFSTOOLS wait "$PWD/awaited" --poll 0.2 >met 2>waiting & wait=$!
            $NFSTOOLS collect "$PWD/lsb.acct" --store "$PWD/store" --poll 0.2 --log text >collected 2>&1 & collect=$!
            until grep -q max_user_{{limit}} err && grep -q max_user_{{limit}} waiting && grep -q max_user_{{limit}} collected; do echo line >>lines; sleep 0.2; done
            until grep -q line log; do echo line >>lines; sleep 0.2; done
            echo 1 >awaited; wait $wait
            echo '"JOB_NEW"' >>lsb.acct
            kill $watch $collect; wait $watch; wait $collect
            """);

        Assert.True(code == 0, output);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void The_strategy_says_so(string limit, int most)
    {
        var (code, output) = PrivateMounts.RunLimited(directory[""], $"""
            echo {(limit == "watches" ? 0 : most)} >/proc/sys/user/max_inotify_{limit}
            $NFSTOOLS fs . --json
            """);

        Assert.True(code == 0, output);
        Assert.Contains("\"polling\"", output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"fs.inotify.max_user_{limit}", output, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();
}
