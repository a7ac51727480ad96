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

    [Theory]
    [InlineData("2026-11-01", "2026-10-31T23:00:00Z")]
    [InlineData("2026-07-01T12:30:15", "2026-07-01T10:30:15Z")]
    [InlineData("2026-03-29T02:30:00", "2026-03-29T01:00:00Z")]
    [InlineData("2026-10-25T02:30:00", "2026-10-25T00:30:00Z")]
    [InlineData("0001-01-01", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31", "9999-12-30T23:00:00Z")]
    public void A_time_on_the_clocks_of_a_zone_is_one(string clock, string expected)
    {
        var (culture, zurich) = (System.Globalization.CultureInfo.InvariantCulture, DayCalendar.Of("Europe/Zurich"));
        var time = DateTimeOffset.Parse(expected, culture);

        Assert.Equal(time, StoreTime.OfClock(DateTime.Parse(clock, culture)).In(zurich));
        Assert.Equal(time, StoreTime.At(time).In(zurich));
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
