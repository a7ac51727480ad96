using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools collect</c> into an SQLite file on a disk that is full, and then is not.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Jobs = 4000;
    private readonly TestDirectory directory = new();

    public FullDiskTests()
    {
        using var log = File.Create(directory["lsb.acct"]);
        new LsfLogGenerator(91, new LsfGeneratorOptions()).WriteTo(log, Jobs);
    }

    [Theory]
    [InlineData("15m")]
    [InlineData("16m")]
    public void A_following_collector_waits_for_room_and_goes_on_where_it_was(string ballast)
    {
        var (code, output) = PrivateMounts.Run(Root, Disk(ballast) +
            """
            : >log; $NFSTOOLS collect lsb.acct --store disk/a.db >log & p=$!
            until grep 'waiting .*the disk is full' log; do kill -0 $p; sleep 0.1; done
            rm disk/ballast
            until grep 'waiting .*can be used again' log; do kill -0 $p; sleep 0.1; done
            kill -TERM $p; wait $p
            grep -c 'the disk is full' log; grep -c 'the store can be used again' log
            $NFSTOOLS collect lsb.acct --store disk/a.db --once
            $NFSTOOLS verify --store disk/a.db
            """);

        Assert.Equal((0, output), (code, output));
        Assert.Contains("\n1\n1\n", output, StringComparison.Ordinal);
        Assert.EndsWith($"Jobs         {Jobs}\n\nThe store is complete.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_collector_that_reads_once_says_so_and_what_is_stored_verifies()
    {
        var (code, output) = PrivateMounts.Run(Root, Disk("15m") +
            """
            code=0; $NFSTOOLS collect lsb.acct --store disk/a.db --once || code=$?
            $NFSTOOLS verify --store disk/a.db
            rm disk/ballast
            $NFSTOOLS collect lsb.acct --store disk/a.db --once
            $NFSTOOLS verify --store disk/a.db
            exit $code
            """);

        Assert.Equal((3, output), (code, output));
        Assert.Contains("disk/a.db: the disk is full", output, StringComparison.Ordinal);
        Assert.Contains("Make room", output, StringComparison.Ordinal);
        Assert.Contains($"Jobs         {Jobs}\n\nThe store is complete.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Jobs_say_so_and_end_as_what_could_not_be_done()
    {
        var (_, output) = PrivateMounts.Run(Root,
            """
            exec 2>&1; mkdir disk; mount -t tmpfs -o size=256k none disk; cd disk; touch out o1
            printf 'jobs:\n- {name: a, command: touch o1, outputs: o1}\n' >flow.yaml
            set +e
            dd if=/dev/zero of=ballast bs=1k 2>/dev/null
            $NFSTOOLS run -n -o out --record m.json -- touch out; echo "record $?"
            $NFSTOOLS run -n -o out --json m.json -- touch out; echo "report $?"
            $NFSTOOLS flow run flow.yaml; echo "flow $?"
            ls *.tmp
            """);

        Assert.Contains("m.json: the manifest cannot be written: No space left on device.\nrecord 125\n", output, StringComparison.Ordinal);
        Assert.Contains("m.json: the report cannot be written: No space left on device.\nMake room on the file system, or have your quota raised.\nreport 125\n", output, StringComparison.Ordinal);
        Assert.Contains("No space left on device", output[output.IndexOf("report 125", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("\nflow 3\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", output, StringComparison.Ordinal);
        Assert.Contains("cannot access '*.tmp'", output, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    // With one of 15 MiB there is room for the schema, not for the records, with one of 16 none at all.
    private static string Disk(string ballast) => $"mkdir disk; mount -t tmpfs -o size=16m none disk; head -c {ballast} /dev/zero >disk/ballast; ";

    private string Root => Path.GetDirectoryName(directory["x"])!;
}
