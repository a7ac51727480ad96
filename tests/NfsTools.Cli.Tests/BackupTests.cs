using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools backup</c>: a copy of an SQLite store is whole, and takes nobody's place.</summary>
public sealed class BackupTests(SampleLog sample) : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public async Task A_store_that_is_written_to_is_copied_as_it_was_at_one_moment()
    {
        var generator = new LsfLogGenerator(5, new LsfGeneratorOptions());
        File.WriteAllBytes(directory["lsb.acct"], generator.Next().Bytes);
        using var collect = NfstoolsProcess.Start("collect", directory["lsb.acct"], "--store", directory["a.db"]);
        collect.ReadUntil("committed");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(
            () =>
            {
                for (; !stop.IsCancellationRequested; Thread.Sleep(1))
                {
                    File.AppendAllBytes(directory["lsb.acct"], generator.Next().Bytes);
                }
            },
            TestContext.Current.CancellationToken);

        for (var i = 0; i < 3; i++)
        {
            var outcome = NfstoolsProcess.Run("backup", "--store", directory["a.db"], "--to", directory[$"copy{i}.db"]);
            Assert.Equal((0, "", $"{directory[$"copy{i}.db"]}: {new FileInfo(directory[$"copy{i}.db"]).Length} bytes\n"), (outcome.Code, outcome.Errors, outcome.Output.Replace(",", "", StringComparison.Ordinal)));
            using var copy = AccountingStore.OpenToRead(directory[$"copy{i}.db"]);
            var verification = copy.Verify();
            Assert.Empty(verification.Differences);
            Assert.NotEqual(0, verification.Jobs);
            collect.ReadUntil("committed");
        }

        await stop.CancelAsync();
        await writing;
        Assert.Equal(["a.db", "a.db-shm", "a.db-wal", "a.db.lock", "copy0.db", "copy1.db", "copy2.db", "lsb.acct"], Names());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory["copy0.db"]));
    }

    [Fact]
    public void A_collector_goes_on_with_a_copy()
    {
        Assert.Equal(0, NfstoolsProcess.Run("backup", "--store", sample.StorePath, "--to", directory["copy.db"]).Code);

        var outcome = NfstoolsProcess.Run("collect", sample.LogPath, "--cluster", SampleLog.Cluster, "--store", directory["copy.db"], "--once");

        Assert.Contains("bytes=0 records=0", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"jobs={SampleLog.Jobs}", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_by_force_alone()
    {
        File.WriteAllText(directory["copy.db"], "precious");

        AssertRefused("copy.db: there is such a file.", directory["copy.db"]);
        Assert.Equal("precious", File.ReadAllText(directory["copy.db"]));

        Assert.Equal(0, NfstoolsProcess.Run("backup", "--store", sample.StorePath, "--to", directory["copy.db"], "--force").Code);
        Assert.Equal(0, NfstoolsProcess.Run("verify", "--store", directory["copy.db"]).Code);
        Assert.Equal(["copy.db"], Names());
    }

    [Fact]
    public void The_store_itself_another_one_in_use_and_a_strange_journal_are_left_alone_in_spite_of_force()
    {
        File.WriteAllText(directory["lsb.acct"], "");
        using var used = AccountingStore.OpenToCollect(StoreAddress.OfFile(directory["used.db"]));
        Assert.Equal(0, NfstoolsProcess.Run("backup", "--store", sample.StorePath, "--to", directory["a.db"]).Code);
        File.CreateSymbolicLink(directory["link.db"], directory["a.db"]);
        File.WriteAllText(directory["new.db-wal"], "of another one");

        AssertRefused("a.db: this is the store itself.", directory["a.db"], directory["a.db"]);
        AssertRefused("link.db: this is the store itself.", directory["link.db"], directory["a.db"]);
        AssertRefused("used.db-wal: this is the journal of another database", directory["used.db"]);
        used.Dispose();
        using var held = AccountingStore.OpenToCollect(StoreAddress.OfFile(directory["used.db"]));
        File.WriteAllText(directory["used.db-wal"], "");
        AssertRefused("used.db: a collector is at work on the store of this name.", directory["used.db"]);
        AssertRefused("new.db-wal: this is the journal of another database", directory["new.db"]);
        Assert.False(File.Exists(directory["new.db"]));
    }

    [Theory]
    [InlineData("/dev/null", "/dev/null: this is a device.")]
    [InlineData("/", "/: this is a directory.")]
    [InlineData("/dev/null/copy.db", "/dev/null/copy.db: the copy of the store cannot be written: ")]
    public void What_can_be_no_copy_is_refused(string target, string message) => Assert.StartsWith(
        $"nfstools: {message}", NfstoolsProcess.Run("backup", "--store", sample.StorePath, "--to", target, "--force").Errors, StringComparison.Ordinal);

    [Fact]
    public void A_link_to_an_open_file_as_dev_stdout_is_one_is_not_replaced()
    {
        File.CreateSymbolicLink(directory["stdout"], "/proc/self/fd/9999");

        AssertRefused("stdout: this is a symbolic link.", directory["stdout"]);

        Assert.Equal("/proc/self/fd/9999", new FileInfo(directory["stdout"]).LinkTarget);
    }

    [Theory]
    [InlineData("Host=db;Database=accounting;Password=secret")]
    [InlineData("host=db dbname=accounting")]
    [InlineData("postgresql://lsf:secret@db/accounting")]
    public void A_database_is_no_place_for_a_copy(string target)
    {
        var outcome = NfstoolsProcess.Run("backup", "--store", sample.StorePath, "--to", target);

        Assert.Equal((3, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith("nfstools: The copy of a store is an SQLite file, and what is named for it is meant for a PostgreSQL database.", outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(target));
    }

    [Fact]
    public void A_database_is_copied_by_pg_dump()
    {
        var outcome = NfstoolsProcess.Run("backup", "--store", "Host=db;Database=accounting", "--to", directory["copy.db"]);

        Assert.Equal(3, outcome.Code);
        Assert.Contains("pg_dump", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_room_nothing_is_left_of_a_copy()
    {
        var (code, output) = PrivateMounts.Run(Path.GetDirectoryName(directory["x"])!, $"mkdir disk; mount -t tmpfs -o size=64k none disk; $NFSTOOLS backup --store '{sample.StorePath}' --to disk/a.db || code=$?; ls disk; exit $code");

        Assert.Equal((3, output), (code, output));
        Assert.Matches("disk/a.db: the copy of the store cannot be written: database or disk is full.\n.*\n$", output);
    }

    public void Dispose() => directory.Dispose();

    private void AssertRefused(string message, string target, string? store = null)
    {
        var force = message.EndsWith("such a file.", StringComparison.Ordinal) ? Array.Empty<string>() : ["--force"];
        var outcome = NfstoolsProcess.Run(["backup", "--store", store ?? sample.StorePath, "--to", target, .. force]);
        Assert.Equal((3, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith($"nfstools: {directory[message]}", outcome.Errors, StringComparison.Ordinal);
    }

    private string[] Names() => [.. Directory.EnumerateFiles(directory["."]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
