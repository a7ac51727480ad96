namespace NfsTools.Accounting.Model;

/// <summary>Which time jobs are measured in, and what of them belongs to it.</summary>
/// <param name="basis">Whether whole jobs count when they ended, or what they used in the time.</param>
/// <param name="by">What they are grouped by: each day, and each month, is a time of its own.</param>
/// <param name="calendar">The days.</param>
/// <param name="from">Where the time begins; null for the first job. It is for what was used.</param>
/// <param name="to">Where it ends.</param>
internal sealed class MeasuredTime(MeasureBasis basis, IReadOnlyList<GroupKey> by, DayCalendar calendar, DateTimeOffset? from, DateTimeOffset? to)
{
    private readonly bool byDay = by.Contains(GroupKey.Day), byMonth = by.Contains(GroupKey.Month);
    private readonly long first = from?.ToUnixTimeSeconds() ?? long.MinValue, end = to?.ToUnixTimeSeconds() ?? long.MaxValue;
    private readonly List<JobDay> days = [];

    /// <summary>What of a job belongs to the time; valid until the next call.</summary>
    public List<JobDay> Cut(JobNumbers job)
    {
        if (basis == MeasureBasis.Ended)
        {
            days.Clear();
            days.Add(new JobDay(calendar.DayOf(job.End)) { Ended = true });
            return days;
        }

        JobDay.Cut(job, calendar, days, first, end);
        for (var i = 0; i < days.Count; i++)
        {
            days[i] = days[i] with { Ended = false, Carried = days[i].Carried == 1 && IsBeginning(days[i].Day) ? 1 : 0 };
        }

        return days;
    }

    /// <summary>Whether the time, or one of the groups that it is divided into, begins on a day.</summary>
    private bool IsBeginning(long day) => byDay || (byMonth && DayCalendar.DateOf(day).Day == 1) || (from is not null && day == calendar.DayOf(first));

    /// <summary>The same in SQL.</summary>
    /// <param name="day">SQL for the day.</param>
    /// <param name="dayText">SQL for its date.</param>
    public string IsBeginning(string day, string dayText) => byDay ? "1 = 1"
        : string.Join(" OR ", [byMonth ? $"substr({dayText}, 9, 2) = '01'" : "1 = 0", .. from is not null ? [$"{day} = {calendar.DayOf(first)}"] : Array.Empty<string>()]);
}
