using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>What somebody changes in a store by hand is found, since all of it follows from the bytes that are kept.</summary>
public abstract class VerificationTests(StoreKind kind)
{
    [Theory]
    [InlineData("UPDATE job_record SET user_cpu_seconds = user_cpu_seconds + 0.001 WHERE job_row = 3", "user_cpu_seconds of a job")]
    [InlineData("UPDATE job_record SET user_cpu_seconds = 9e999 WHERE job_row = 3", "user_cpu_seconds of a job", "UPDATE job_record SET user_cpu_seconds = 'infinity' WHERE job_row = 3")]
    [InlineData("UPDATE job_record SET user_cpu_seconds = NULL WHERE job_row = 3", "user_cpu_seconds of a job")]
    [InlineData("UPDATE job_record SET exit_status = coalesce(exit_status, 0) + 256 WHERE job_row = 3", "exit_status of a job")]
    [InlineData("UPDATE job_record SET command = 'rm -rf' WHERE job_row = 3", "command of a job")]
    [InlineData("UPDATE job_record SET job_id = job_id + 1 WHERE job_row = 3", "job_id of a job")]
    [InlineData("UPDATE job_record SET end_time = end_time / 86400 * 86400 + (end_time + 1) % 86400 WHERE job_row = 3", "end_time of a job")]
    [InlineData("UPDATE job_record SET submit_time = submit_time - 1 WHERE job_row = 3", "submit_time of a job")]
    [InlineData("UPDATE job_record SET max_mem_kb = 1 WHERE job_row = 3", "max_mem_kb of a job")]
    [InlineData("UPDATE job_record SET user_id = queue_id WHERE job_row = 3", "the user of a job")]
    [InlineData("UPDATE job_record SET content_hash = content_hash + 1 WHERE job_row = 3", "hash of a job")]
    [InlineData("UPDATE job_record SET cluster_id = cluster_id + 1", "another cluster")]
    [InlineData("UPDATE job_record SET \"offset\" = CASE job_row WHEN 3 THEN (SELECT \"offset\" FROM job_record WHERE job_row = 4) ELSE (SELECT \"offset\" FROM job_record WHERE job_row = 3) END WHERE job_row IN (3, 4)", "")]
    [InlineData("INSERT INTO duplicate SELECT generation_id, \"offset\", length FROM job_record WHERE job_row = 3; DELETE FROM job_record WHERE job_row = 3", "copy of no record")]
    [InlineData("INSERT INTO filler SELECT generation_id, \"offset\", length FROM job_record WHERE job_row = 3; DELETE FROM job_record WHERE job_row = 3", "comment or blank line is none")]
    [InlineData("INSERT INTO filler SELECT generation_id, \"offset\", length FROM reject; DELETE FROM reject", "comment or blank line is none")]
    [InlineData("UPDATE reject SET reason = ''", "reason of a reject")]
    [InlineData("UPDATE reject SET reason = 'whatever'", "reason of a reject")]
    [InlineData("UPDATE reject SET reader_version = 99", "not yet")]
    [InlineData("UPDATE job_record SET slots = slots + 0.5 WHERE job_row = 3", "the slots of a job", "UPDATE job_record SET slots = slots + 1 WHERE job_row = 3")]
    [InlineData("UPDATE generation SET tail_length = 0", "row of generation 1")]
    [InlineData("UPDATE event_record SET fields = '{}'", "something else than its line")]
    [InlineData("UPDATE event_record SET event_time = event_time + 1", "something else than its line")]
    [InlineData("UPDATE text_value SET value = value || 'x' WHERE text_id = (SELECT user_id FROM job_record WHERE job_row = 3)", "the user of a job")]
    [InlineData("DELETE FROM text_value WHERE text_id = (SELECT queue_id FROM job_record WHERE job_row = 3)", "the queue of a job")]
    [InlineData("DELETE FROM hosts_member", "hosts and slots")]
    [InlineData("UPDATE hosts_member SET slots = slots + 1", "hosts and slots")]
    [InlineData("DELETE FROM hosts_member WHERE host_id = (SELECT min(host_id) FROM hosts_member)", "hosts and slots")]
    [InlineData("UPDATE cluster SET name = 'another'", "row of cluster 1")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM cluster", "its cluster is not in the store", "ALTER TABLE generation DROP CONSTRAINT generation_cluster_id_fkey; ALTER TABLE lease DROP CONSTRAINT lease_cluster_id_fkey; ALTER TABLE log_archives DROP CONSTRAINT log_archives_cluster_id_fkey; DELETE FROM cluster")]
    [InlineData("UPDATE generation SET fingerprint = 'x' WHERE generation_id = 1", "row of generation 1")]
    [InlineData("UPDATE generation SET format = 'x'", "row of generation 1")]
    [InlineData("UPDATE daily SET cpu_seconds = 9e999", "roll-up", "UPDATE daily SET cpu_seconds = 'infinity'")]
    [InlineData("UPDATE daily SET min_wait_seconds = min_wait_seconds - 1", "roll-up")]
    [InlineData("DROP INDEX job_by_time", "job_by_time is not there")]
    [InlineData("DROP INDEX job_by_time; DELETE FROM schema_object WHERE name = 'index job_by_time'", "how job_by_time was made")]
    [InlineData("DELETE FROM rebuild", "rebuild has 0 rows")]
    [InlineData("INSERT INTO rebuild SELECT * FROM rebuild", "rebuild has 2 rows")]
    [InlineData("INSERT INTO zone SELECT * FROM zone", "zone has 2 rows")]
    [InlineData("DROP INDEX job_key; CREATE INDEX job_key ON job_record (job_id)", "job_key is not what was made")]
    [InlineData("DROP VIEW span; CREATE VIEW span AS SELECT 1 AS generation_id, 2 AS \"offset\", 3 AS length, 'record' AS kind", "span is not what was made")]
    public void A_change_by_hand_is_found(string harm, string said, string? onPostgreSql = null)
    {
        using var bed = Filled();

        bed.Execute(kind == StoreKind.PostgreSql ? onPostgreSql ?? harm : harm);

        var differences = bed.Store.Verify().Differences;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', differences));
        Assert.Contains(differences, d => d.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Bytes_of_a_reject_that_were_changed_are_found()
    {
        using var bed = Filled();
        bed.Execute("UPDATE reject SET bytes = @bytes", ("@bytes", "innocent"u8.ToArray()));

        Assert.Contains(bed.Store.Verify().Differences, d => d.Contains("bytes of a reject", StringComparison.Ordinal));
    }

    [Fact]
    public void A_job_that_was_made_a_reject_is_found()
    {
        using var bed = Filled();
        var job = bed.Store.Query(NfsTools.Accounting.Model.JobFilter.All).First();
        bed.Execute(
            """
            INSERT INTO reject (generation_id, "offset", length, bytes, reason, reader_version)
            SELECT generation_id, "offset", length, @bytes, 'the store holds another JOB_FINISH of the same job, submission and end, which says something else', (SELECT max(reader_version) FROM reject)
            FROM job_record WHERE content_hash = @hash
            """,
            ("@bytes", job.Bytes.ToArray()),
            ("@hash", job.ContentHash));
        bed.Execute("DELETE FROM job_record WHERE content_hash = @hash", ("@hash", job.ContentHash));

        Assert.Contains(bed.Store.Verify().Differences, d => d.Contains("does not have", StringComparison.Ordinal));
    }

    [Fact]
    public void A_quick_verification_counts_and_a_whole_one_holds_too()
    {
        using var bed = Filled();

        Assert.Empty(bed.Store.Verify().Differences);
        Assert.Empty(bed.Store.Verify(quick: true).Differences);
        bed.Execute("UPDATE job_record SET command = 'x' WHERE job_row = 3");
        Assert.Empty(bed.Store.Verify(quick: true).Differences);
        bed.Execute("UPDATE daily SET jobs = jobs + 1");
        Assert.NotEmpty(bed.Store.Verify(quick: true).Differences);
    }

    /// <summary>The differences after a change by hand.</summary>
    protected IReadOnlyList<string> After(string harm)
    {
        using var bed = Filled();
        bed.Execute(harm);
        return bed.Store.Verify().Differences;
    }

    // Every kind of record, rejects, filler, a duplicate, a record in conflict with another, and several generations.
    private CollectorBed Filled()
    {
        var bed = new CollectorBed(kind);
        var generator = new LsfLogGenerator(67, new LsfGeneratorOptions { DefectRate = 0.05, QuirkRate = 0.3, OtherRate = 0.1, FillerRate = 0.05 });
        using var writer = bed.Writer();
        for (var i = 0; i < 120; i++)
        {
            if (i == 60)
            {
                writer.Rotate(LogRotation.Rename);
            }

            writer.Append(generator.Next());
        }

        var job = writer.Truth.Last(t => t.Kind == GeneratedKind.Job);
        var line = System.Text.Encoding.Latin1.GetString(job.Bytes);
        File.AppendAllText(bed.Live, "# a comment\n" + line + line.Replace(job.User, "mallory", StringComparison.Ordinal), System.Text.Encoding.Latin1);
        bed.Collect();
        Assert.NotEmpty(bed.Store.Rejects());
        return bed;
    }
}

/// <inheritdoc/>
public sealed class SqliteVerificationTests() : VerificationTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlVerificationTests() : VerificationTests(StoreKind.PostgreSql)
{
    [Theory]
    [InlineData("ALTER TABLE generation DROP CONSTRAINT generation_cluster_id_fkey", "generation_cluster_id_fkey generation is not there any more")]
    [InlineData("ALTER TABLE duplicate ADD CHECK (length > 0)", "duplicate_length_check duplicate is none of the store's")]
    [InlineData("CREATE RULE nothing AS ON INSERT TO duplicate DO INSTEAD NOTHING", "rule nothing duplicate is none of the store's")]
    [InlineData("CREATE POLICY hidden ON job_record USING (false)", "policy hidden job_record is none of the store's")]
    public void A_rule_that_was_taken_or_added_is_found(string harm, string said) => Assert.Contains(After(harm), d => d.Contains(said, StringComparison.Ordinal));
}
