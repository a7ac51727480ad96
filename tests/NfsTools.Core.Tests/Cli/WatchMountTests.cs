namespace NfsTools.Core.Tests.Cli;

/// <summary>A watch whose local file system is unmounted and mounted again.</summary>
public sealed class WatchMountTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void A_local_file_system_that_is_unmounted_is_an_outage_and_no_file_is_deleted_until_it_is_mounted_again()
    {
        var (code, output) = PrivateMounts.Run(directory[""], """
            mkdir data; mount -t tmpfs none data; echo 1 >data/stays
            $NFSTOOLS watch "$PWD/data" --poll 0.2 --state "$PWD/state" >log & watch=$!
            until [ -e state ]; do sleep 0.1; done
            umount data
            until grep -q outage log; do sleep 0.1; done
            mount -t tmpfs none data; echo 1 >data/new
            until grep -q 'created.*new' log; do sleep 0.1; done
            kill $watch; wait $watch
            cut -d ' ' -f 2 log
            """);

        Assert.True(code == 0, output);
        Assert.Equal(["outage", "recovered"], output.Split('\n').Take(2));
    }

    public void Dispose() => directory.Dispose();
}
