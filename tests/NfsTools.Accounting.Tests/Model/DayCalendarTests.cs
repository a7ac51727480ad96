using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Tests.Model;

/// <summary>The days of a time zone follow each other, and are those that its clocks show.</summary>
public sealed class DayCalendarTests
{
    private const long DaysUntil2101 = 47_847;

    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Zurich")]
    [InlineData("America/New_York")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/Havana")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("Asia/Tehran")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Pacific/Apia")]
    [InlineData("Pacific/Kiritimati")]
    public void Each_day_begins_where_the_one_before_ends(string zone)
    {
        var calendar = DayCalendar.Of(zone);
        for (var day = -1L; day < DaysUntil2101; day++)
        {
            var (start, next) = (calendar.StartOf(day), calendar.StartOf(day + 1));
            Assert.InRange(next - start, 0, 26 * 3600);

            // On the other side of the date line a day may be left out.
            Assert.True(next == start || (calendar.DayOf(start), calendar.DayOf(next - 1)) == (day, day), $"day {day}");
        }
    }

    [Fact]
    public void A_day_is_the_one_that_clocks_show()
    {
        var (calendar, zone, random) = (DayCalendar.Of("Europe/Zurich"), TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich"), new Random(1));
        for (var i = 0; i < 20_000; i++)
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(4_000_000_000));
            Assert.Equal(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime), DayCalendar.DateOf(calendar.DayOf(time.ToUnixTimeSeconds())));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("Europe/Nowhere")]
    [InlineData("+01:00")]
    public void What_is_no_zone_is_refused(string name) =>
        Assert.Contains("tzdata", Assert.Throws<NfsToolsException>(() => DayCalendar.Of(name)).Remedy, StringComparison.Ordinal);

    [Fact]
    public void Each_measure_is_defined_in_the_documentation()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "NfsTools.sln")))
        {
            at = at.Parent!;
        }

        var text = File.ReadAllText(Path.Combine(at.FullName, "docs", "metrics.md"));

        var sums = JobMeasures.All.Where(m => m.Rule is MeasureRule.Sum or MeasureRule.AtBeginning).Append(JobMeasures.MaxMemKb);
        Assert.All(sums, m => Assert.Contains($"`{m.Name}`", text, StringComparison.Ordinal));
    }
}
