using Microsoft.Data.Sqlite;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

/// <inheritdoc/>
public sealed class SqliteStoreTests() : StoreTests(StoreKind.Sqlite)
{
    [Theory]
    [InlineData("UPDATE hosts_member SET slots = slots + 0.9", "hosts_member.slots")]
    [InlineData("UPDATE text_value SET value = CAST(value AS BLOB)", "text_value.value")]
    [InlineData("UPDATE job_record SET user_id = user_id || 'x'", "job_record.user_id")]
    [InlineData("UPDATE daily SET day = day + 0.5 WHERE by_key = 0", "daily.day")]
    public void A_value_of_another_type_that_reads_as_the_one_that_was_stored_is_told(string harm, string column)
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        var generator = new LsfLogGenerator(11, new LsfGeneratorOptions());
        using var writer = bed.Writer();
        for (var i = 0; i < 20; i++)
        {
            writer.Append(generator.Next());
        }

        bed.Collector().Run(TestContext.Current.CancellationToken);
        Assert.Empty(bed.Store.Verify().Differences);
        bed.Execute(harm);

        Assert.Contains(bed.Store.Verify().Differences, d => d.Contains($"The column {column} has values of another type", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_store_is_readable_by_its_owner_alone()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bed.Database));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bed.Database + "-wal"));
    }

    [Fact]
    public void Another_programs_database_and_a_file_that_is_none_are_refused_unharmed()
    {
        using var directory = new TestDirectory();
        using (var other = new SqliteConnection($"Data Source={directory["other.db"]};Pooling=false"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "CREATE TABLE theirs (x)";
            command.ExecuteNonQuery();
        }

        File.WriteAllText(directory["text.db"], new string('x', 5000));

        Assert.Contains("another program", Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite(directory["other.db"])).Message, StringComparison.Ordinal);
        Assert.Contains("no SQLite database", Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite(directory["text.db"])).Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), File.ReadAllText(directory["text.db"]));
    }

    [Fact]
    public async Task A_second_collector_on_one_store_by_mistake_is_refused_and_told_of_the_first()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        writer.Append(new LsfLogGenerator(21, new LsfGeneratorOptions()).Next());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var told = new Told();
        var running = Task.Run(() => bed.Collector(once: false, progress: told).Run(stop.Token), CancellationToken.None);
        await told.Next(CollectorEventKind.Committed);

        using (var second = AccountingStore.OpenToWrite(bed.Database))
        {
            var options = new CollectorOptions { Sources = [new CollectorSource(bed.Live)], Once = true };
            var error = Assert.Throws<NfsToolsException>(() => new Collector(second, options).Run(stop.Token));
            Assert.Contains($"another collector is at work on this store: {TestUser.Name} on {Environment.MachineName}, process {Environment.ProcessId},", error.Message, StringComparison.Ordinal);
        }

        stop.Cancel();
        await running;
        bed.Collect();
        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void A_file_is_the_same_store_by_whatever_name_it_is_reached()
    {
        using var directory = new TestDirectory();
        Directory.CreateDirectory(directory["data"]);
        Directory.CreateSymbolicLink(directory["dir"], "data");
        File.CreateSymbolicLink(directory["dangling.db"], "dir/a.db");
        string[] names = [directory["dangling.db"], directory["dir/a.db"], directory["data/a.db"]];

        foreach (var name in names)
        {
            using var first = AccountingStore.OpenLater(StoreAddress.OfFile(name));
            first.HoldToCollect();
            foreach (var other in names)
            {
                using var second = AccountingStore.OpenLater(StoreAddress.OfFile(other));
                var error = Assert.Throws<NfsToolsException>(second.HoldToCollect);
                Assert.StartsWith($"{other}: another collector is at work on this store", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(["a.db", "a.db-shm", "a.db-wal", "a.db.lock"], Directory.EnumerateFiles(directory["data"]).Select(Path.GetFileName).Order());
        Assert.Equal(["dangling.db"], Directory.EnumerateFiles(directory["."]).Select(Path.GetFileName));
    }
}
