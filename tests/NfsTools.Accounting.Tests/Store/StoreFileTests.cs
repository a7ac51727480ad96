using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>An SQLite store is its file, whatever names lead to it: one collector has it, and nothing is committed into another one.</summary>
public sealed class StoreFileTests
{
    private readonly LsfLogGenerator generator = new(64, new LsfGeneratorOptions());

    [Theory]
    [InlineData("deleted")]
    [InlineData("moved")]
    [InlineData("replaced")]
    [InlineData("without its journal")]
    [InlineData("its directory moved")]
    public async Task A_following_collector_whose_store_is_taken_away_ends_with_an_error_and_makes_no_other(string how)
    {
        using var directory = new TestDirectory();
        Directory.CreateDirectory(directory["data"]);
        var (log, path) = (directory["lsb.acct"], directory["data/a.db"]);
        File.WriteAllBytes(log, generator.Next().Bytes);
        using var store = AccountingStore.OpenLater(StoreAddress.OfFile(path));
        var told = new Told();
        var running = Task.Run(() => new Collector(store, new CollectorOptions { Sources = [new CollectorSource(log)], PollInterval = TimeSpan.FromMilliseconds(200) }, told).Run(TestContext.Current.CancellationToken));
        await told.Next(CollectorEventKind.Committed);

        switch (how)
        {
            case "deleted":
                File.Delete(path);
                break;
            case "moved":
                File.Move(path, directory["data/b.db"]);
                break;
            case "replaced":
                File.Copy(path, directory["data/b.db"]);
                File.Move(directory["data/b.db"], path, overwrite: true);
                break;
            case "without its journal":
                File.Delete($"{path}-wal");
                break;
            default:
                Directory.Move(directory["data"], directory["elsewhere"]);
                break;
        }

        var before = Directory.Exists(directory["data"]) ? Names(directory["data"]) : [];
        File.AppendAllBytes(log, generator.Next().Bytes);
        var error = await Assert.ThrowsAnyAsync<NfsToolsException>(() => running.WaitAsync(Told.Patience, TestContext.Current.CancellationToken));

        Assert.StartsWith($"{path}: the store was deleted, moved or replaced", error.Message, StringComparison.Ordinal);
        Assert.Throws<StoreGoneException>(() => store.HoldToCollect());
        Assert.Single(told.Events, e => e.Kind == CollectorEventKind.Committed);
        store.Dispose();
        Assert.Subset(before, Directory.Exists(directory["data"]) ? Names(directory["data"]) : []);
    }

    [Fact]
    public void A_store_that_was_moved_away_from_its_collector_is_whole_when_the_collector_has_ended()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        writer.Append(generator.Next());
        bed.Collect();
        File.Move(bed.Database, $"{bed.Database}.moved");
        Assert.Throws<StoreGoneException>(() => bed.Store.Verify());

        using var moved = AccountingStore.OpenToRead($"{bed.Database}.moved");

        Assert.Equal((1L, true), (moved.Verify().Jobs, moved.Verify().Holds));
        Assert.Equal(0, new FileInfo($"{bed.Database}-wal").Length);
    }

    [Fact]
    public void A_store_has_one_collector_by_whatever_name_it_was_moved_to()
    {
        using var directory = new TestDirectory();
        using var first = AccountingStore.OpenLater(StoreAddress.OfFile(directory["a.db"]));
        first.HoldToCollect();
        File.Move(directory["a.db"], directory["b.db"]);

        using var second = AccountingStore.OpenLater(StoreAddress.OfFile(directory["b.db"]));
        var error = Assert.Throws<NfsToolsException>(second.HoldToCollect);

        Assert.StartsWith($"{directory["b.db"]}: another collector is at work on this store, by another name", error.Message, StringComparison.Ordinal);
        first.Dispose();
        second.HoldToCollect();
    }

    [Fact]
    public void A_store_with_a_second_name_is_not_written_to()
    {
        using var directory = new TestDirectory();
        using (var first = AccountingStore.OpenLater(StoreAddress.OfFile(directory["a.db"])))
        {
            first.HoldToCollect();
            HardLink(directory["a.db"], directory["b.db"]);

            // The first goes on: nobody else gets in by the other name.
            Assert.Empty(first.Generations());
            Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToCollect(StoreAddress.OfFile(directory["b.db"])));
        }

        foreach (var name in new[] { "a.db", "b.db" })
        {
            var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite(directory[name]));
            Assert.Contains("has another name as well", error.Message, StringComparison.Ordinal);
        }

        File.Delete(directory["b.db"]);
        AccountingStore.OpenToWrite(directory["a.db"]).Dispose();
    }

    [Fact]
    public void A_store_that_a_file_is_mounted_on_is_not_written_to()
    {
        using var directory = new TestDirectory();
        var (code, output) = PrivateMounts.Run(
            directory["."],
            """
            : >lsb.acct; : >b.db
            $NFSTOOLS collect lsb.acct --store a.db --once --quiet
            mount --bind a.db b.db
            $NFSTOOLS collect lsb.acct --store b.db --once --quiet && exit 99
            $NFSTOOLS collect lsb.acct --store a.db --once --quiet
            """);

        Assert.Contains("b.db: another file is mounted on this one", output, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public void Whoever_may_read_a_store_can_whether_a_collector_is_at_work_or_not()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "to be another user needs root");
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        writer.Append(generator.Next());
        bed.Collect();
        Shell($"chmod 755 '{Path.GetDirectoryName(bed.Database)}'; chmod 644 '{bed.Database}'");
        bed.Store.Nodes();
        AssertOthersRead(bed.Database);

        bed.Store.Dispose();
        AssertOthersRead(bed.Database);

        Shell($"chmod 600 '{bed.Database}-wal' '{bed.Database}-shm'");
        AssertOthersRead(bed.Database);

        Shell($"rm '{bed.Database}-wal' '{bed.Database}-shm'");
        AssertOthersRead(bed.Database);
        Assert.False(File.Exists($"{bed.Database}-wal"));
    }

    [Fact]
    public void A_copy_without_the_journal_that_held_its_records_is_told_as_one()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        writer.Append(generator.Next());
        bed.Collect();
        bed.Store.Nodes();
        var copy = $"{bed.Database}.copy";
        File.Copy(bed.Database, copy);

        var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToRead(StoreAddress.OfFile(copy)));

        Assert.StartsWith($"{copy}: this is no accounting store: it is a copy without the -wal file", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("directory")]
    public void What_is_no_file_is_no_store(string kind)
    {
        using var directory = new TestDirectory();
        var path = directory[kind];
        if (kind == "fifo")
        {
            Shell($"mkfifo '{path}'");
        }
        else
        {
            Directory.CreateDirectory(path);
        }

        foreach (var open in new Action[] { () => AccountingStore.OpenToWrite(path), () => AccountingStore.OpenToCollect(StoreAddress.OfFile(path)), () => AccountingStore.OpenToRead(path) })
        {
            Assert.ThrowsAny<NfsToolsException>(open);
        }
    }

    [Fact]
    public void Two_uses_of_a_store_in_one_process_leave_each_other_their_locks()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        bed.Store.Verify();
        using (var second = AccountingStore.OpenToRead(bed.Database))
        {
            second.Verify();
        }

        // The lock that keeps the journal from being put away by whoever closes the store last (pager.c).
        Assert.Contains(File.ReadLines("/proc/locks"), l => l.Contains($" POSIX  ADVISORY  READ {Environment.ProcessId} ", StringComparison.Ordinal) && l.Contains($":{Inode(bed.Database)} 1073741826", StringComparison.Ordinal));
    }

    private static void AssertOthersRead(string store) =>
        Assert.Contains("The store is complete", Shell($"cd / && setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ {NfstoolsProgram.Shell} verify --store '{store}'"), StringComparison.Ordinal);

    private static HashSet<string?> Names(string directory) => [.. Directory.EnumerateFiles(directory).Select(Path.GetFileName)];

    private static string Inode(string path) => Shell($"stat -c %i '{path}'");

    private static void HardLink(string path, string other) => Shell($"ln '{path}' '{other}'");

    private static string Shell(string command)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
