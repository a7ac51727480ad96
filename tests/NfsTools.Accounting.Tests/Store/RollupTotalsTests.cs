using NfsTools.Accounting.Model;
using NfsTools.Accounting.Reports;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

public sealed class RollupTotalsTests
{
    private const string CountTotals = "SELECT count(*) FROM daily WHERE by_key > 0";

    [Fact]
    public void Reports_from_totals_from_other_rows_and_from_records_agree_whenever_the_jobs_came()
    {
        var generator = new LsfLogGenerator(61, new LsfGeneratorOptions { JobsPerDay = 100, Users = 5, Projects = 4 });
        var records = Enumerable.Range(0, 1200).Select(_ => generator.Next()).ToList();
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();

        // The days come in turn, but for some jobs of each that come when all others are there.
        foreach (var part in records.Where((_, i) => i % 10 > 0).Chunk(250).Append([.. records.Where((_, i) => i % 10 == 0)]))
        {
            Array.ForEach(part, writer.Append);
            bed.Collect();
        }

        Assert.NotEqual(0L, bed.Scalar(CountTotals));
        var jobs = AccountingReader.ReadFile(bed.Source, TestContext.Current.CancellationToken).Select(i => i.Record).OfType<JobRecord>().ToList();
        var calendar = bed.Store.Calendar;
        var days = jobs.Select(j => calendar.DayOf(j.EndTime.ToUnixTimeSeconds())).ToList();
        DateTimeOffset Start(long day) => DateTimeOffset.FromUnixTimeSeconds(calendar.StartOf(day));
        foreach (var (from, to) in new (DateTimeOffset?, DateTimeOffset?)[] { (null, null), (Start(days.Min() + 2), Start(days.Max())), (Start(days.Max() - 1), null) })
        {
            GroupKey[][] alone = [.. StoreRollup.KeyColumns.Select(c => new[] { GroupKey.Of(c) })];
            foreach (var by in alone.Concat([[], [GroupKey.Day], [GroupKey.Month, GroupKey.Cluster], [GroupKey.Day, .. alone[0]], [.. alone[0], .. alone[2]]]))
            {
                foreach (var basis in Enum.GetValues<MeasureBasis>())
                {
                    var measured = new JobMeter(by, basis, calendar, from, to);
                    jobs.Where(j => basis == MeasureBasis.Used || (j.EndTime >= (from ?? DateTimeOffset.MinValue) && j.EndTime < (to ?? DateTimeOffset.MaxValue))).ToList().ForEach(measured.Add);
                    AssertSame(measured.Groups(), bed.Store.Report(new JobFilter { From = from, To = to }, by, basis));
                }
            }
        }

        var one = new JobFilter { Columns = [new ColumnFilter(JobColumns.User, [jobs[0].User!])] };
        AssertSame(bed.Store.Report(one with { JobIds = [.. jobs.Select(j => j.JobId)] }, []), bed.Store.Report(one, []));
        bed.AssertHolds(records);
        Assert.Empty(bed.Store.Verify(quick: true).Differences);
    }

    [Fact]
    public void A_day_of_more_rows_than_its_totals_would_save_has_none_and_nor_do_later_ones()
    {
        var generator = new LsfLogGenerator(62, new LsfGeneratorOptions { JobsPerDay = 100 });
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        writer.Append(generator.Next());
        bed.Collect();
        bed.Execute(
            $"""
            WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 50000)
            INSERT INTO daily ({string.Join(", ", StoreRollup.AllColumns)})
            SELECT {string.Join(", ", StoreRollup.AllColumns.Select(c => c == "user_id" ? "1000 + n.value" : c))} FROM daily JOIN n
            """);
        for (var i = 0; i < 1000; i++)
        {
            writer.Append(generator.Next());
        }

        bed.Collect();

        Assert.Equal(0L, bed.Scalar(CountTotals));
    }

    [Theory]
    [InlineData("UPDATE daily SET jobs = jobs + 1 WHERE by_key = 1 AND user_id = (SELECT min(user_id) FROM daily WHERE by_key = 1)")]
    [InlineData("DELETE FROM daily WHERE by_key = 3 AND day = (SELECT min(day) FROM daily)")]
    [InlineData("UPDATE daily SET by_key = 0 WHERE by_key = 6")]
    public void A_total_that_somebody_changed_is_a_difference(string change)
    {
        var generator = new LsfLogGenerator(63, new LsfGeneratorOptions { JobsPerDay = 100 });
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        for (var i = 0; i < 600; i++)
        {
            writer.Append(generator.Next());
        }

        bed.Collect();
        Assert.Empty(bed.Store.Verify().Differences);
        bed.Execute(change);

        Assert.Contains(bed.Store.Verify(quick: true).Differences, d => d.Contains("roll-up", StringComparison.Ordinal));
    }

    // Sums of fractions taken in another order differ in their last digits.
    private static void AssertSame(IReadOnlyList<JobMetrics> expected, IReadOnlyList<JobMetrics> actual)
    {
        Assert.Equal(expected.Select(m => m.Group), actual.Select(m => m.Group));
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.All(JobMeasures.Of(one.Basis), m => Assert.Equal(one[m], other[m], Math.Abs(one[m]) * 1e-9));
        }
    }
}
