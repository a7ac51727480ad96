using System.Globalization;
using NfsTools.Accounting.Formats;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class LocalTimeTests
{
    public static TheoryData<string> Zones => ["UTC", "Europe/Zurich", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"];

    [Theory]
    [InlineData("UTC", "2024-03-31 02:30:00", "2024-03-31T02:30:00Z")]
    [InlineData("Europe/Zurich", "2024-01-15 12:00:00", "2024-01-15T11:00:00Z")]
    [InlineData("Europe/Zurich", "2024-07-15 12:00:00", "2024-07-15T10:00:00Z")]
    [InlineData("Europe/Zurich", "2024-03-31 01:59:59", "2024-03-31T00:59:59Z")]
    [InlineData("Europe/Zurich", "2024-03-31 03:00:00", "2024-03-31T01:00:00Z")]
    [InlineData("America/New_York", "2024-07-04 00:00:00", "2024-07-04T04:00:00Z")]
    [InlineData("Asia/Kolkata", "2024-07-04 12:00:00", "2024-07-04T06:30:00Z")]
    [InlineData("Asia/Kathmandu", "2024-07-04 12:00:00", "2024-07-04T06:15:00Z")]
    [InlineData("Australia/Lord_Howe", "2024-01-15 12:00:00", "2024-01-15T01:00:00Z")]
    [InlineData("Australia/Lord_Howe", "2024-07-15 12:00:00", "2024-07-15T01:30:00Z")]
    [InlineData("Asia/Tokyo", "1970-01-01 09:00:00", "1970-01-01T00:00:00Z")]
    [InlineData("UTC", "9999-12-31 23:59:59", "9999-12-31T23:59:59Z")]
    public void A_time_that_clocks_showed_once_is_that_time(string zone, string clock, string time)
    {
        Assert.Equal(Seconds(time), LocalTime.Of(zone).ToSeconds(Clock(clock), near: null, out var isFirstOfTwo));
        Assert.False(isFirstOfTwo);
    }

    [Theory]
    [InlineData("Europe/Zurich", "2024-03-31 02:30:00", "2024-03-31T01:30:00Z")]
    [InlineData("Europe/Zurich", "2024-03-31 02:00:00", "2024-03-31T01:00:00Z")]
    [InlineData("America/New_York", "2024-03-10 02:30:00", "2024-03-10T07:30:00Z")]
    [InlineData("Australia/Lord_Howe", "2024-10-06 02:15:00", "2024-10-05T15:45:00Z")]
    [InlineData("Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30T22:00:00Z")]
    public void A_time_that_clocks_passed_over_is_as_if_they_had_not_been_set_forward(string zone, string clock, string time) =>
        Assert.Equal(Seconds(time), LocalTime.Of(zone).ToSeconds(Clock(clock), near: null, out _));

    [Theory]
    [InlineData("Europe/Zurich", "2024-10-27 02:30:00", "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z")]
    [InlineData("America/New_York", "2024-11-03 01:00:00", "2024-11-03T05:00:00Z", "2024-11-03T06:00:00Z")]
    [InlineData("Australia/Lord_Howe", "2024-04-07 01:45:00", "2024-04-06T14:45:00Z", "2024-04-06T15:15:00Z")]
    public void Of_a_time_that_clocks_showed_twice_the_nearer_to_a_known_one_is_taken_else_the_first_and_marked(string zone, string clock, string first, string second)
    {
        var local = LocalTime.Of(zone);

        Assert.Equal(Seconds(first), local.ToSeconds(Clock(clock), near: null, out var isFirstOfTwo));
        Assert.True(isFirstOfTwo);
        Assert.Equal(Seconds(first), local.ToSeconds(Clock(clock), Seconds(first) - 60, out isFirstOfTwo));
        Assert.False(isFirstOfTwo);
        Assert.Equal(Seconds(second), local.ToSeconds(Clock(clock), Seconds(second) + 60, out isFirstOfTwo));
        Assert.False(isFirstOfTwo);
        Assert.Equal(Seconds(first), local.ToSeconds(Clock(clock), (Seconds(first) + Seconds(second)) / 2, out isFirstOfTwo));
        Assert.True(isFirstOfTwo);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void What_clocks_showed_is_the_time_that_they_showed_it_at(string zone)
    {
        var (local, rules) = (LocalTime.Of(zone), TimeZoneInfo.FindSystemTimeZoneById(zone));
        for (var seconds = 86_400L * 2; seconds < 4_000_000_000; seconds += 1_000_003)
        {
            var clock = seconds + (long)rules.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(seconds)).TotalSeconds;

            Assert.Equal(seconds, local.ToSeconds(clock, near: seconds, out _));
        }
    }

    [Theory]
    [InlineData("UTC", "1969-12-31 23:59:59")]
    [InlineData("Europe/Zurich", "1970-01-01 00:30:00")]
    [InlineData("America/New_York", "9999-12-31 23:59:59")]
    [InlineData("Europe/Zurich", "0001-01-01 00:00:00")]
    public void A_time_outside_1970_to_9999_is_refused(string zone, string clock) =>
        Assert.Throws<InvalidDataException>(() => LocalTime.Of(zone).ToSeconds(Clock(clock), near: null, out _));

    [Theory]
    [InlineData(2023, 2, 29, 0, 0, 0)]
    [InlineData(2024, 13, 1, 0, 0, 0)]
    [InlineData(2024, 1, 0, 0, 0, 0)]
    [InlineData(2024, 1, 1, 24, 0, 0)]
    [InlineData(2024, 1, 1, 0, 60, 0)]
    [InlineData(2024, 1, 1, 0, 0, 60)]
    [InlineData(0, 1, 1, 0, 0, 0)]
    [InlineData(10000, 1, 1, 0, 0, 0)]
    public void What_no_clock_shows_is_no_time(int year, int month, int day, int hour, int minute, int second) =>
        Assert.Null(LocalTime.Clock(year, month, day, hour, minute, second));

    private static long Clock(string text)
    {
        var time = DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return LocalTime.Clock(time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second)!.Value;
    }

    private static long Seconds(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeSeconds();
}
