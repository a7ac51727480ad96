namespace NfsTools.Cli.Tests;

/// <summary>
/// A watch by a user who may not read all of it: what cannot be read is an outage of that subtree, told once, and its end too; what is
/// in it is not deleted, and the rest is watched on.
/// </summary>
public sealed class WatchAccessTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Theory]
    [InlineData("000")]
    [InlineData("400")]
    [InlineData("100")]
    public void A_subtree_that_may_not_be_read_any_more_is_an_outage_until_it_may(string mode)
    {
        var told = Watch("mkdir -p data/sub/deep; : >data/sub/file; : >data/sub/deep/file", $"""
            chmod {mode} data/sub; await 'outage.*data/sub '
            : >data/other; await 'created.*/other$'
            chmod 700 data/sub; await 'recovered.*data/sub$'
            echo 2 >>data/sub/deep/file; await 'changed.*deep/file$'
            rm data/sub/file; await 'deleted.*sub/file$'
            """);

        Assert.Equal(["outage data/sub", "created data/other", "recovered data/sub", "changed data/sub/deep/file", "deleted data/sub/file"], told);
    }

    [Fact]
    public void A_subtree_that_could_never_be_read_is_told_once_and_what_was_in_it_is_no_news_later()
    {
        var told = Watch("mkdir -p data/sub; : >data/sub/file; chmod 000 data/sub", """
            await 'outage.*data/sub '
            : >data/other; await 'created.*/other$'
            chmod 700 data/sub; await 'recovered.*data/sub$'
            : >data/sub/new; await 'created.*sub/new$'
            """);

        Assert.Equal(["outage data/sub", "created data/other", "recovered data/sub", "created data/sub/new"], told);
    }

    [Fact]
    public void A_root_that_may_not_be_listed_is_told()
    {
        var told = Watch("mkdir data; : >data/file; chmod 300 data", """
            await 'outage.*data '
            chmod 700 data; await 'recovered.*data$'
            echo 2 >>data/file; await 'changed.*data/file$'
            """);

        Assert.Equal(["outage data", "recovered data", "changed data/file"], told);
    }

    public void Dispose() => directory.Dispose();

    // Modes do not bind root: it looks as another user then.
    private string[] Watch(string before, string script)
    {
        var (code, output) = PrivateMounts.RunAsPlainUser(directory[""], $$"""
            await() { for i in $(seq 300); do ! grep -q -e "$1" log || return 0; sleep 0.1; done; echo "not told: $1"; cat log err; exit 1; }
            {{before}}
            $NFSTOOLS watch "$PWD/data" --recurse --poll 0.2 --state "$PWD/state" >log 2>err & watch=$!
            trap 'kill -9 $watch 2>/dev/null || :' EXIT
            until [ -e state ]; do sleep 0.1; done
            {{script}}
            kill $watch; wait $watch
            grep -q 'Permission denied' log
            cut -d ' ' -f 2,4 log | sed "s#$PWD/##"
            """);
        Assert.True(code == 0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
