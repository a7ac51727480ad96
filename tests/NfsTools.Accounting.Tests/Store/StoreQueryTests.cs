using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;

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
}
