using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

public sealed class StoreQueryTests
{
    [Theory]
    [InlineData("alice")]
    [InlineData("ali*")]
    public void The_jobs_of_a_user_in_a_time_are_found_by_an_index_whatever_others_there_are(string user)
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        var filter = new JobFilter { Columns = [new ColumnFilter(JobColumns.User, [user])], From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.UnixEpoch.AddDays(30) };

        var plan = bed.Store.With(database =>
        {
            using var command = database.Command("");
            var where = new JobConditions(database, command, filter).Of("j", "j.end_time");
            command.CommandText = database.Qualify($"EXPLAIN QUERY PLAN SELECT j.command FROM {JobSql.From} {where}");
            using var rows = command.ExecuteReader();
            var steps = new List<string>();
            while (rows.Read())
            {
                steps.Add(rows.GetString(3));
            }

            return steps;
        });

        Assert.Contains(plan, s => s.Contains("job_by_user (user_id=? AND end_time>? AND end_time<?)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_text_that_comes_again_is_one_string_and_that_of_the_store_when_the_query_began()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        var generator = new LsfLogGenerator(1, new LsfGeneratorOptions());
        for (var i = 0; i < 1000; i++)
        {
            writer.Append(generator.Next());
        }

        bed.Collect();
        var before = bed.Store.Query(JobFilter.All).Select(j => (j.User, j.Hosts)).ToList();

        using var jobs = bed.Store.Query(JobFilter.All).GetEnumerator();
        var read = new List<JobRecord>();
        Assert.True(jobs.MoveNext());
        read.Add(jobs.Current);
        bed.Execute("UPDATE text_value SET value = 'changed ' || text_id");
        while (jobs.MoveNext())
        {
            read.Add(jobs.Current);
        }

        Assert.Equal(before, read.Select(j => (j.User, j.Hosts)));
        Assert.All(read.GroupBy(j => j.User), same => Assert.All(same, j => Assert.Same(same.First().User, j.User)));
        Assert.All(bed.Store.Query(JobFilter.All), j => Assert.StartsWith("changed ", j.User, StringComparison.Ordinal));
    }

    [Fact]
    public void A_stored_job_has_a_bit_for_each_column()
    {
        Assert.InRange(JobColumns.Stored.Count, 1, 64);
    }
}
