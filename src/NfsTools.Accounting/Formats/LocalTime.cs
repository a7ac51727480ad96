using System.Collections.Concurrent;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats;

/// <summary>
/// Makes times of what clocks in a time zone showed. An hour that they showed twice is told by a time known to be near, else the first
/// one is taken and marked; a time that they passed over is the one that a clock not set forward would have shown.
/// </summary>
internal sealed class LocalTime
{
    private const long SecondsPerDay = 86400;
    private const long LongestShift = 2 * SecondsPerDay;

    // Zones are few, and each takes some milliseconds to look through.
    private static readonly ConcurrentDictionary<string, LocalTime> Known = new();

    private readonly long[] since;
    private readonly long[] shifts;

    private LocalTime(string timeZone)
    {
        var changes = DayCalendar.ChangesOf(TimeZoneInfo.FindSystemTimeZoneById(timeZone));
        (since, shifts) = ([.. changes.Select(c => c.Since)], [.. changes.Select(c => c.Shift)]);
    }

    /// <summary>The times of a zone.</summary>
    /// <param name="timeZone">Its name in the IANA's data base.</param>
    /// <exception cref="TimeZoneNotFoundException">There is no such zone here.</exception>
    public static LocalTime Of(string timeZone) => Known.GetOrAdd(timeZone, z => new LocalTime(z));

    /// <summary>What a clock showed, in seconds since it showed 1970-01-01 00:00:00; null for no date and time of the years 1 to 9999.</summary>
    public static long? Clock(int year, int month, int day, int hour, int minute, int second) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour is >= 0 and < 24 && minute is >= 0 and < 60 && second is >= 0 and < 60
            ? (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond
            : null;

    /// <summary>When the zone's clocks showed a time, in seconds since 1970-01-01 UTC.</summary>
    /// <param name="clock">What they showed, as <see cref="Clock"/> gives it.</param>
    /// <param name="near">A time known to be near, in seconds since 1970-01-01 UTC, which tells the two apart where there are two; null for none.</param>
    /// <param name="isFirstOfTwo">Whether they showed it twice and nothing tells which it was: it is the first one then.</param>
    /// <exception cref="InvalidDataException">It is outside 1970 to 9999.</exception>
    public long ToSeconds(long clock, long? near, out bool isFirstOfTwo)
    {
        isFirstOfTwo = false;
        long? found = null;
        for (var at = At(clock - LongestShift); at < since.Length && since[at] <= clock + LongestShift; at++)
        {
            var time = clock - shifts[at];
            var (begins, ends) = (since[at], at + 1 < since.Length ? since[at + 1] : long.MaxValue);
            if (time >= begins && time < ends)
            {
                if (found is { } first)
                {
                    var nearer = near is { } known ? Math.Abs(first - known).CompareTo(Math.Abs(time - known)) : 0;
                    isFirstOfTwo = nearer == 0;
                    found = nearer > 0 ? time : first;
                    break;
                }

                found = time;
            }
            else if (time >= ends && clock - shifts[at + 1] < ends)
            {
                // Passed over.
                found = time;
                break;
            }
        }

        AccountingRecord.CheckTime(found!.Value, "a local time");
        return found.Value;
    }

    private int At(long seconds)
    {
        var found = Array.BinarySearch(since, seconds);
        return found >= 0 ? found : ~found - 1;
    }
}
