namespace NfsTools.Cli.Tests;

/// <summary>
/// A watch whose path leads to other file systems or directories while it runs: what is there now is watched, and what cannot be
/// seen any more is not deleted.
/// </summary>
public sealed class WatchMountTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void A_local_file_system_that_is_unmounted_is_an_outage_and_no_file_is_deleted_until_it_is_mounted_again()
    {
        var told = Watch("mkdir data; mount -t tmpfs none data; : >data/stays", "", """
            umount data; await outage
            mount -t tmpfs none data; : >data/new; await 'created.*/new$'
            """);

        Assert.Equal(["outage data", "recovered data"], told.Take(2));
    }

    [Theory]
    [InlineData("data", "")]
    [InlineData("data", "--recurse")]
    [InlineData("above/data", "--recurse")]
    public void A_file_system_that_is_mounted_over_what_is_watched_is_watched_and_what_it_hides_is_not_deleted(string data, string options)
    {
        var told = Watch($"mkdir -p {data}/sub; : >{data}/old; : >{data}/sub/old", options, $$"""
            mount -t tmpfs none {{data.Split('/')[0]}}; mkdir -p {{data}}; : >{{data}}/new; await 'created.*/new$'
            echo 2 >>{{data}}/new; await 'changed.*/new$'
            umount {{data.Split('/')[0]}}; await 'recovered.* on / '
            echo 2 >>{{data}}/old; await 'changed.*/old$'
            mount -t tmpfs none {{data.Split('/')[0]}}; mkdir -p {{data}}; : >{{data}}/other; await 'created.*/other$'
            """, data);

        Assert.Equal([$"outage {data}", $"recovered {data}", $"created {data}/new", $"changed {data}/new", $"outage {data}", $"recovered {data}", $"changed {data}/old"], told.Take(7));
        Assert.DoesNotContain($"deleted {data}/old", told);
    }

    [Fact]
    public void A_directory_that_is_mounted_over_another_one_of_the_same_file_system_is_watched()
    {
        var told = Watch("mkdir data other; : >data/old; : >other/there", "--recurse", """
            mount --bind other data; await 'created.*/there$'
            : >other/new; await 'created.*/new$'
            umount data; await 'recovered.* on / '
            : >data/end; await 'created.*/end$'
            """);

        Assert.Equal(
            ["outage data", "recovered data", "created data/there", "created data/new", "outage data", "recovered data", "created data/end"],
            told);
    }

    [Fact]
    public void A_file_system_that_is_mounted_below_comes_with_what_is_in_it_and_goes_without_deletions()
    {
        var told = Watch("mkdir -p data/sub/deep data/there; : >data/sub/old; mount -t tmpfs there data/there; : >data/there/old", "--recurse", """
            mount -t tmpfs below data/sub; mkdir data/sub/d; : >data/sub/d/new; await 'created.*/new$'
            echo 1 >>data/there/old; await 'changed.*there/old$'
            umount data/sub data/there; await 'outage.*sub'; await 'outage.*there'
            echo 2 >>data/sub/old; await 'changed.*sub/old$'
            : >data/there/seen; await 'created.*/seen$'
            """);

        Assert.Equal(
            ["created data/sub/d", "created data/sub/d/new", "changed data/there/old", "outage data/sub", "outage data/there", "changed data/sub/old", "created data/there/seen"],
            told.Order(Comparer<string>.Create((one, other) => Rank(one) - Rank(other))));

        static int Rank(string line) => line.StartsWith("outage", StringComparison.Ordinal) ? (line.EndsWith("sub", StringComparison.Ordinal) ? 3 : 4) : line switch { "created data/sub/d" => 0, "created data/sub/d/new" => 1, "changed data/there/old" => 2, "changed data/sub/old" => 5, _ => 6 };
    }

    [Fact]
    public void A_file_system_below_that_stays_unmounted_is_no_outage_any_more_and_is_compared_when_it_is_mounted_again()
    {
        var told = Watch("mkdir -p data/sub other; : >other/old; : >other/goes; mount --bind other data/sub", "--recurse --outage-after 1", """
            umount data/sub; await 'recovered.*not mounted any more'
            : >data/sub/bare; await 'created.*bare'
            rm other/goes
            mount --bind other data/sub; await 'deleted.*goes'
            echo 1 >>other/old; await 'changed.*old'
            umount data/sub; until [ $(grep -c 'not mounted any more' log) = 2 ]; do sleep 0.1; done
            mount -t tmpfs none data/sub; : >data/sub/new; await 'created.*new'
            """, "data");

        Assert.Equal(
            [
                "outage data/sub", "recovered data/sub", "created data/sub/bare", "deleted data/sub/goes", "changed data/sub/old", "outage data/sub", "recovered data/sub",
                "outage data/sub", "recovered data/sub", "created data/sub/new",
            ],
            told);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData(".")]
    public void A_file_system_that_hangs_from_when_it_is_mounted_on_is_an_outage_of_its_own_and_the_watch_can_be_ended(string where)
    {
        var told = Watch("mkdir -p data/sub; : >data/old", "--recurse --outage-after 1", $$"""
            exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 nobody data/{{where}}
            await outage
            [ {{where}} = . ] || { : >data/new; await 'created.*/new$'; }
            """);

        Assert.Equal(where == "." ? ["outage data"] : ["outage data/sub", "created data/new"], told);
    }

    [Fact]
    public void A_link_that_is_turned_to_another_directory_or_file_system_is_followed()
    {
        var told = Watch("mkdir one two three; ln -s one data; mount -t tmpfs none three; : >two/b; : >three/c", "--recurse", """
            ln -sfn two data; await 'created.*/b$'; echo 2 >>two/b; await 'changed.*/b$'
            ln -sfn three data; await 'created.*/c$'; echo 2 >>three/c; await 'changed.*/c$'
            ln -sfn four data; await 'deleted.*/c$'; mkdir four; : >four/d; await 'created.*/d$'
            """);

        Assert.Equal(["changed data/b", "changed data/c", "created data/b", "created data/c", "created data/d", "deleted data/b", "deleted data/c"], told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_directory_that_is_put_in_the_place_of_the_one_that_is_watched_is_watched()
    {
        var told = Watch("mkdir data other; : >data/old; : >other/there", "", """
            mv data gone; mv other data; await 'created.*/there$'; await 'deleted.*/old$'
            echo 2 >>data/there; echo 2 >>gone/old; await 'changed.*/there$'
            """);

        // The moment without a directory is an outage where the watch saw it.
        Assert.Equal(["changed data/there", "created data/there", "deleted data/old"], told.Except(["outage data", "recovered data"]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("data")]
    [InlineData("data/sub")]
    public void What_an_earlier_watch_saw_on_a_file_system_is_waited_for_until_that_is_mounted_as_at_boot(string where)
    {
        var told = Watch($"mkdir -p data/sub other; mount -t tmpfs none other; : >other/old; : >other/goes; mount --bind other {where}", "--recurse", $$"""
            kill $watch; wait $watch
            umount {{where}}; rm other/goes
            $NFSTOOLS watch "$PWD/data" --poll 0.2 --state "$PWD/state" --recurse >>log 2>>err & watch=$!
            await outage
            : >data/bare; sleep 0.5
            mount --bind other {{where}}; await recovered; await 'deleted.*goes$'
            : >other/new; await 'created.*new$'
            """);

        Assert.DoesNotContain($"deleted {where}/old", told);
        Assert.Equal([$"outage {where}", $"recovered {where}", $"deleted {where}/goes", $"created {where}/new"], told.Where(l => l != "created data/bare"));
    }

    [Fact]
    public void A_link_to_a_file_is_told_of_an_outage_where_the_files_own_file_system_is_unmounted_or_hidden()
    {
        var told = Watch("mkdir data other over; echo 1 >other/file; mount --bind other data; ln -s data/file link", "", """
            umount data; await 'outage.*data'
            mount --bind other data; await 'recovered'
            echo 2 >>other/file; await 'changed'
            mount -t tmpfs none data; await 'recovered.*tmpfs'
            umount data; until [ $(grep -c recovered log) = 3 ]; do sleep 0.1; done
            echo 3 >>other/file; until [ $(grep -c changed log) = 2 ]; do sleep 0.1; done
            """, "link");

        Assert.Equal(["outage link", "recovered link", "changed link", "outage link", "recovered link", "outage link", "recovered link", "changed link"], told);
    }

    [Fact]
    public void A_link_that_is_turned_to_a_file_system_that_hangs_is_an_outage_until_it_is_turned_away()
    {
        var told = Watch("mkdir far hung; echo 1 >far/file; echo 2 >far/other; ln -s far/file link", "--outage-after 1", """
            exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 nobody hung
            ln -s hung/file new; mv -T new link; await outage
            ln -s far/other new; mv -T new link; await replaced
            echo 3 >>far/other; await changed
            """, "link");

        Assert.Equal(["outage link", "recovered link", "replaced link", "changed link"], told);
    }

    [Fact]
    public void What_an_earlier_watch_saw_behind_a_link_is_waited_for_until_its_file_system_is_mounted()
    {
        var told = Watch("mkdir data other; echo 1 >other/file; mount --bind other data; ln -s data/file link", "", """
            kill $watch; wait $watch
            umount data; echo 2 >>other/file
            $NFSTOOLS watch "$PWD/link" --poll 0.2 --state "$PWD/state" >>log 2>>err & watch=$!
            await outage
            mount --bind other data; await changed
            """, "link");

        Assert.Equal(["outage link", "recovered link", "changed link"], told);
    }

    public void Dispose() => directory.Dispose();

    private string[] Watch(string before, string options, string script, string data = "data")
    {
        var (code, output) = PrivateMounts.Run(directory[""], $$"""
            await() { for i in $(seq 300); do ! grep -q -e "$1" log || return 0; sleep 0.1; done; echo "not told: $1"; cat log err; exit 1; }
            {{before}}
            $NFSTOOLS watch "$PWD/{{data}}" --poll 0.2 --state "$PWD/state" {{options}} >log 2>err & watch=$!
            trap 'kill -9 $watch 2>/dev/null || :' EXIT
            until [ -e state ]; do sleep 0.1; done
            {{script}}
            kill $watch; wait $watch
            cut -d ' ' -f 2,4 log | sed "s#$PWD/##"
            """);
        Assert.True(code == 0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
