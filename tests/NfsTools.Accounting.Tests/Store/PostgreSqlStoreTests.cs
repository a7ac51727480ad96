using System.Text;
using System.Text.Json;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlStoreTests() : StoreTests(StoreKind.PostgreSql)
{
    [Fact]
    public void A_schema_with_another_programs_tables_is_refused_unharmed()
    {
        using var schema = new TestSchema();
        schema.Execute("CREATE TABLE theirs (x int)");

        var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite(schema.Address));

        Assert.Contains("another program", error.Message, StringComparison.Ordinal);
        Assert.Equal("theirs", schema.Scalar("SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = current_schema()"));
    }

    [Fact]
    public void A_schema_that_nobody_wrote_to_is_no_store_to_read()
    {
        using var schema = new TestSchema();

        var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToRead(schema.Address));

        Assert.Contains("no accounting store", error.Message, StringComparison.Ordinal);
        Assert.Equal(0L, schema.Scalar("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"));
    }

    [Fact]
    public void A_database_of_another_encoding_is_refused()
    {
        using var schema = new TestSchema();
        var name = $"test_{Guid.NewGuid():N}";
        schema.Execute($"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        try
        {
            var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite($"{TestSchema.Server};Database={name}"));

            Assert.Contains("keeps text in SQL_ASCII", error.Message, StringComparison.Ordinal);
            Assert.Contains("UTF8", error.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            schema.Execute($"DROP DATABASE {name}");
        }
    }

    [Fact]
    public void A_missing_database_is_an_error_that_says_how_to_create_it()
    {
        var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite($"{TestSchema.Server};Database=test_missing"));

        Assert.Contains("\"test_missing\" does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("createdb", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_is_missing_is_an_error_that_says_what_is_needed()
    {
        var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite($"{TestSchema.Server};Search Path=test_missing"));

        Assert.Contains("schema", error.Message + error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_that_may_not_create_tables_is_told_what_it_needs()
    {
        using var schema = new TestSchema();
        var role = $"test_{Guid.NewGuid():N}";
        schema.Execute($"CREATE ROLE {role} LOGIN");
        schema.Execute($"GRANT USAGE ON SCHEMA {schema.Name} TO {role}");
        try
        {
            var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite($"{schema.Address};Username={role}"));

            Assert.Contains("permission denied", error.Message, StringComparison.Ordinal);
            Assert.Contains("schema that it may create tables in", error.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            schema.Execute($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public void It_says_of_a_log_what_an_SQLite_file_says()
    {
        using var here = new CollectorBed(StoreKind.PostgreSql);
        using var there = new CollectorBed(StoreKind.Sqlite);
        var generator = new LsfLogGenerator(Suite.Seed(62), new LsfGeneratorOptions { DefectRate = 0.05, QuirkRate = 0.5, OtherRate = 0.05, FillerRate = 0.05 });
        using (var log = File.Create(there.Live))
        {
            generator.WriteTo(log, 3000);

            // Longer than what an index of PostgreSQL can hold, in latin-1, and with what would be a line's end or a column's in its COPY.
            foreach (var user in new[] { new string('\u00fc', 10_000), "a\\tb\\N\\.", "t\tab" })
            {
                var record = generator.Next();
                log.Write(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(record.Bytes).Replace(record.User, user, StringComparison.Ordinal)));
            }
        }

        Assert.Equal(there.Collect() with { Elapsed = default }, here.Collect(path: there.Live) with { Elapsed = default });

        Assert.Equal(Jobs(there), Jobs(here));
        Assert.Equal(there.Store.Rejects().Select(r => JsonSerializer.Serialize(r)), here.Store.Rejects().Select(r => JsonSerializer.Serialize(r)));
        Assert.Equal(JsonSerializer.Serialize(there.Store.Verify()), JsonSerializer.Serialize(here.Store.Verify()));
        foreach (var by in new GroupKey[][] { [], [GroupKey.Of(JobColumns.User)], [GroupKey.Host, GroupKey.Of(JobColumns.State)], [GroupKey.Month, GroupKey.Cluster, GroupKey.Of(JobColumns.Queue)] })
        {
            Assert.Equal(there.Store.Report(JobFilter.All, by).Select(Row), here.Store.Report(JobFilter.All, by).Select(Row));
        }

        static IEnumerable<string> Jobs(CollectorBed bed) => bed.Store.Query(JobFilter.All).Select(j => JsonSerializer.Serialize(j, j.GetType())).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_server_that_is_read_only_for_now_is_waited_for()
    {
        using var schema = new TestSchema();

        var error = Assert.Throws<StoreUnavailableException>(() => AccountingStore.OpenToWrite($"{schema.Address};Options=-c default_transaction_read_only=on"));

        Assert.Contains("a standby, or set read-only", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_that_was_changed_is_read_anew_with_the_next_connection()
    {
        using var schema = new TestSchema();
        using var directory = new TestDirectory();
        var address = StoreAddress.Parse($"{schema.Address};Username=with_password").With(directory["password"], allowNetwork: false);
        schema.Execute("CREATE ROLE with_password LOGIN PASSWORD 'first'");
        try
        {
            schema.Execute($"GRANT ALL ON SCHEMA {schema.Name} TO with_password");
            File.WriteAllText(directory["password"], "first\n");
            using var store = AccountingStore.OpenToWrite(address);
            schema.Execute("ALTER ROLE with_password PASSWORD 'second'");
            File.WriteAllText(directory["password"], "second\n");
            schema.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'with_password'");

            Assert.Throws<StoreUnavailableException>(() => store.Nodes());
            Assert.Empty(store.Nodes());

            File.WriteAllText(directory["password"], "secret");
            var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToWrite(address));
            Assert.Contains("password authentication failed", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            schema.Execute("DROP OWNED BY with_password; DROP ROLE with_password");
        }
    }

    [Fact]
    public async Task Several_who_open_a_new_store_at_once_find_one_schema()
    {
        using var schema = new TestSchema();
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => AccountingStore.OpenToWrite(schema.Address))));
        foreach (var store in all)
        {
            Assert.Equal(0, store.Verify().Generations);
            store.Dispose();
        }
    }
}
