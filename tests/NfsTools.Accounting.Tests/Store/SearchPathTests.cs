using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>A schema of the search path that others may create in: what they make there does not run as whoever uses the store.</summary>
[Trait("Store", "PostgreSQL")]
public sealed class SearchPathTests : IDisposable
{
    private readonly TestSchema schema = new();
    private readonly string mallory = $"test_{Guid.NewGuid():N}";

    public SearchPathTests()
    {
        schema.Execute($"CREATE ROLE {mallory}");
        schema.Execute($"GRANT ALL ON SCHEMA {schema.Name} TO PUBLIC");
    }

    [Theory]
    [InlineData("")]
    [InlineData(", pg_catalog")]
    public void What_others_planted_in_the_stores_schema_never_runs(string further)
    {
        PlantCode();
        using var directory = new TestDirectory();
        var generator = new LsfLogGenerator(75, new LsfGeneratorOptions { DefectRate = 0.05, QuirkRate = 0.5, OtherRate = 0.1, FillerRate = 0.05 });
        using (var log = File.Create(directory["lsb.acct"]))
        {
            generator.WriteTo(log, 200);
        }

        var address = $"{schema.Address}{further}";
        var options = new CollectorOptions { Sources = [new CollectorSource(directory["lsb.acct"])], Once = true };
        for (var runs = 0; runs < 2; runs++)
        {
            using var writer = AccountingStore.OpenToWrite(address);
            new Collector(writer, options).Run(TestContext.Current.CancellationToken);
            schema.Execute("DELETE FROM duplicate; DELETE FROM filler; DELETE FROM reject; UPDATE generation SET position = 0, tail_length = 0");
        }

        using var reader = AccountingStore.OpenToRead(address);
        var jobs = reader.Query(JobFilter.All).ToList();
        var one = jobs.First(j => j.Hosts is not null);
        var narrow = JobFilter.All.And(JobColumns.User, [one.User!]).And(JobColumns.State, [one.State]) with { Clusters = [one.Cluster], Hosts = [one.Hosts!.Split(' ')[0].Split('*')[^1]], From = DateTimeOffset.UnixEpoch };
        Assert.NotEmpty(reader.Query(narrow));
        foreach (var key in GroupKey.All)
        {
            Assert.NotEmpty(reader.Report(JobFilter.All, [key]));
            Assert.NotEmpty(reader.Report(new JobFilter { JobIds = [one.JobId] }, [key]));
        }

        Assert.Equal(jobs.Count, reader.Verify().Jobs);
        Assert.NotEmpty(reader.Generations());
        Assert.NotEmpty(reader.Nodes());
        Assert.Empty(reader.Rejects());
        Assert.Equal((long)jobs.Count, schema.Scalar("SELECT count(*) FROM job WHERE end_time_utc > ''"));
    }

    [Theory]
    [InlineData("CREATE TABLE cluster (cluster_id bigint, name text)")]
    [InlineData("CREATE TABLE schema_migration (version bigint, applied_at bigint)")]
    [InlineData("CREATE VIEW job AS SELECT 1")]
    public void A_table_that_somebody_else_planted_is_not_taken_for_the_stores(string planted)
    {
        schema.Execute($"SET ROLE {mallory}; {planted}");

        foreach (var open in new Func<string, AccountingStore>[] { s => AccountingStore.OpenToWrite(s), s => AccountingStore.OpenToRead(s) })
        {
            var error = Assert.Throws<NfsToolsException>(() => open(schema.Address));
            Assert.Contains($"belongs to {mallory}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_schema_may_have_any_name()
    {
        var name = $"{mallory}\"A main.b";
        var quoted = $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        schema.Execute($"CREATE SCHEMA {quoted}");
        try
        {
            using var store = AccountingStore.OpenToWrite($"{TestSchema.Server};Search Path='{quoted}'");

            Assert.True(store.Verify().Holds);
            Assert.Equal(name, schema.Scalar("SELECT schemaname FROM pg_tables WHERE tablename = 'job_record' AND schemaname LIKE @like", ("@like", $"{mallory}%")));
        }
        finally
        {
            schema.Execute($"DROP SCHEMA {quoted} CASCADE");
        }
    }

    public void Dispose()
    {
        schema.Execute($"DROP OWNED BY {mallory} CASCADE; DROP ROLE {mallory}");
        schema.Dispose();
    }

    // Better matches than PostgreSQL's own, and the same ones for a path in which its schema comes last.
    private void PlantCode()
    {
        string[] functions =
        [
            "unnest(text[]) RETURNS SETOF text", "unnest(bigint[], bigint[]) RETURNS SETOF bigint", "to_char(date, text) RETURNS text", "to_char(timestamp, text) RETURNS text",
            "to_timestamp(bigint) RETURNS timestamptz", "lower(varchar) RETURNS varchar", "current_schema() RETURNS name", "set_config(text, text, boolean) RETURNS text",
            "clock_timestamp() RETURNS timestamptz", "max(bigint) RETURNS bigint", "pg_advisory_xact_lock(bigint) RETURNS void", "version() RETURNS text",
            "same(text, varchar) RETURNS boolean", "same(varchar, text) RETURNS boolean", "same(text, text) RETURNS boolean", "same(bigint, numeric) RETURNS boolean", "same(name, text) RETURNS boolean",
        ];
        schema.Execute($"SET ROLE {mallory}; {string.Concat(functions.Select(f => $"CREATE FUNCTION {schema.Name}.{f} LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';"))}");
        foreach (var (left, right) in new[] { ("text", "varchar"), ("varchar", "text"), ("text", "text"), ("bigint", "numeric"), ("name", "text") })
        {
            schema.Execute($"SET ROLE {mallory}; CREATE OPERATOR {schema.Name}.= (LEFTARG = {left}, RIGHTARG = {right}, FUNCTION = {schema.Name}.same)");
        }

        foreach (var table in new[] { "pg_tables", "pg_class", "pg_type", "pg_namespace", "pg_stat_activity", "staged_job", "staged_daily" })
        {
            schema.Execute($"SET ROLE {mallory}; CREATE VIEW {schema.Name}.{table} AS SELECT 1 / (random() * 0) AS planted");
        }
    }
}
