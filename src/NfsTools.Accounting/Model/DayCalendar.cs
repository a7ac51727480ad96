using System.Text.RegularExpressions;

namespace NfsTools.Accounting.Model;

/// <summary>
/// Which day a time belongs to, in a time zone: what the clocks of the zone were set to, and since when. A store keeps it, so that its
/// days are the same on every host, whatever time zones are installed there. Its days follow each other: where clocks were set back
/// over midnight, the hour that came twice is all of the day before.
/// </summary>
public sealed partial class DayCalendar
{
    /// <summary>The name of UTC.</summary>
    internal const string UtcName = "UTC";

    private const long SecondsPerDay = 86400;

    // Rules for later years are a guess of today's: the last of them holds on.
    private const int LastYear = 2100;
    private readonly long[] since;
    private readonly long[] shifts;

    internal DayCalendar(string timeZone, IReadOnlyList<(long Since, long Shift)> offsets) =>
        (TimeZone, since, shifts) = (timeZone, [.. offsets.Select(o => o.Since)], [.. offsets.Select(o => o.Shift)]);

    /// <summary>The days of UTC.</summary>
    public static DayCalendar Utc { get; } = new(UtcName, [(long.MinValue, 0)]);

    /// <summary>The zone's name.</summary>
    public string TimeZone { get; }

    /// <summary>What is added to seconds since 1970-01-01 UTC from when on, the first one from ever.</summary>
    internal IReadOnlyList<(long Since, long Shift)> Offsets => [.. since.Zip(shifts)];

    /// <summary>The time zones that this host knows, by their names.</summary>
    public static IEnumerable<string> Zones => TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(z => ZoneName().IsMatch(z)).Append(UtcName).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The days of a time zone, as this host knows it: from 1970 to 2100 by its rules, later by the last of them.</summary>
    /// <param name="timeZone">Its name in the IANA's data base, e.g. <c>Europe/Zurich</c>.</param>
    /// <exception cref="NfsToolsException">There is no such zone here.</exception>
    public static DayCalendar Of(string timeZone)
    {
        if (timeZone == UtcName)
        {
            return Utc;
        }

        if (!ZoneName().IsMatch(timeZone) || !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
        {
            throw new NfsToolsException(
                $"The time zone \"{timeZone}\" is not known on this host.",
                "Name one as Europe/Zurich or UTC; the zones are the files of /usr/share/zoneinfo, from the package tzdata.");
        }

        var offsets = ChangesOf(zone);
        for (var i = 1; i < offsets.Count; i++)
        {
            // Set back over midnight, clocks begin the new day twice: it begins when they do so for good.
            var ((since, shift), before) = (offsets[i], offsets[i - 1].Shift);
            var midnight = (DayOf(since - 1, before) * SecondsPerDay) - before;
            offsets[i] = (DayOf(since, shift) < DayOf(since - 1, before) ? Math.Min(since, midnight) : since, shift);
        }

        return new DayCalendar(timeZone, offsets);
    }

    /// <summary>What is added to seconds since 1970-01-01 UTC for what a zone's clocks show, and since when: from 1970 to 2100, the first one from ever.</summary>
    internal static List<(long Since, long Shift)> ChangesOf(TimeZoneInfo zone)
    {
        long Shift(long seconds) => (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(seconds)).TotalSeconds;
        var offsets = new List<(long Since, long Shift)> { (long.MinValue, Shift(0)) };
        var end = new DateTimeOffset(LastYear, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        for (var day = 0L; day < end; day += SecondsPerDay)
        {
            var (before, after, then) = (day, day + SecondsPerDay, Shift(day + SecondsPerDay));
            if (then == offsets[^1].Shift)
            {
                continue;
            }

            while (after - before > 1)
            {
                var middle = before + ((after - before) / 2);
                (before, after) = Shift(middle) == then ? (before, middle) : (middle, after);
            }

            offsets.Add((after, then));
        }

        return offsets;
    }

    /// <summary>The day of a time, in days since 1970-01-01.</summary>
    /// <param name="seconds">The time, in seconds since 1970-01-01 UTC.</param>
    internal long DayOf(long seconds) => DayOf(seconds, shifts[At(seconds)]);

    /// <summary>The first second of a day, in seconds since 1970-01-01 UTC.</summary>
    internal long StartOf(long day) => TimeOf(day * SecondsPerDay);

    /// <summary>When the zone's clocks show a time: first, where they show it twice; when they were set forward, where they passed over it.</summary>
    /// <param name="clock">What they show, in seconds since 1970-01-01 on them; the result is in seconds since 1970-01-01 UTC.</param>
    internal long TimeOf(long clock)
    {
        var at = At(clock - (2 * SecondsPerDay));
        while (true)
        {
            var start = Math.Max(since[at], clock - shifts[at]);
            if (at + 1 == since.Length || start < since[at + 1])
            {
                return start;
            }

            at++;
        }
    }

    /// <summary>Whether a day begins at a time.</summary>
    internal bool IsStart(DateTimeOffset time) => StartOf(DayOf(time.ToUnixTimeSeconds())) == time.ToUnixTimeSeconds() && time.Ticks % TimeSpan.TicksPerSecond == 0;

    /// <summary>The date of a day.</summary>
    internal static DateOnly DateOf(long day) => DateOnly.FromDayNumber((int)Math.Clamp(day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber, 0, DateOnly.MaxValue.DayNumber));

    /// <summary>SQL for the day of a time.</summary>
    /// <param name="time">SQL for the time, in seconds since 1970-01-01 UTC.</param>
    internal string Sql(string time)
    {
        var shift = since.Length == 1 ? $"{shifts[0]}" : $"(SELECT z.shift FROM main.zone_offset z WHERE z.since <= {time} ORDER BY z.since DESC LIMIT 1)";
        return $"({time} + {shift} + {SecondsPerDay}) / {SecondsPerDay} - 1";
    }

    // As in SQL: a division that leaves the rest away is one towards 0, and a zone may be a day behind 1970.
    private static long DayOf(long seconds, long shift) => ((seconds + shift + SecondsPerDay) / SecondsPerDay) - 1;

    private int At(long seconds)
    {
        if (since.Length == 1)
        {
            return 0;
        }

        var found = Array.BinarySearch(since, seconds);
        return found >= 0 ? found : ~found - 1;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")]
    private static partial Regex ZoneName();
}
