namespace NfsTools.Accounting.Model;

/// <summary>What of a job belongs to a day: it was submitted, started or ended on it, or ran on it for some time.</summary>
/// <param name="Day">The day, since 1970-01-01 in the time zone at hand.</param>
internal readonly record struct JobDay(long Day)
{
    /// <summary>
    /// The days at the end of a job that its use is cut into, at most. What a longer job used before them is booked on the first of
    /// them: a start in 1970, as a faulty log has it, makes no rows by the thousand.
    /// </summary>
    public const int MostDays = 400;

    /// <summary>Whether it ended on the day: then all of it counts as ended there.</summary>
    public bool Ended { get; init; }

    /// <summary>1 on the day it was submitted on.</summary>
    public int Submitted { get; init; }

    /// <summary>1 on the day it started on.</summary>
    public int Started { get; init; }

    /// <summary>1 where the day, or the time asked about, begins while it runs.</summary>
    public int Carried { get; init; }

    /// <summary>How long it ran on the day.</summary>
    public long Seconds { get; init; }

    /// <summary>Those of the seconds that are of earlier days than <see cref="MostDays"/> allow.</summary>
    public long EarlierSeconds { get; init; }

    /// <summary>Cuts a job at midnight.</summary>
    /// <param name="job">The job.</param>
    /// <param name="calendar">The days.</param>
    /// <param name="days">Takes a row for each day that has something of it; a job within one day has one.</param>
    /// <param name="from">Only what lies in the time from here, in seconds since 1970 ...</param>
    /// <param name="to">... and before here.</param>
    public static void Cut(JobNumbers job, DayCalendar calendar, List<JobDay> days, long from = long.MinValue, long to = long.MaxValue)
    {
        days.Clear();
        var last = calendar.DayOf(job.End);
        if (job.Start is { } start && job.End > start)
        {
            AddRun(start, job.End, calendar, days, from, to);
        }

        bool Within(long time) => time >= from && time < to;
        if (Within(job.End))
        {
            At(days, last) = At(days, last) with { Ended = true };
        }

        if (job.Start is { } started && Within(started) && calendar.DayOf(started) is var first)
        {
            At(days, first) = At(days, first) with { Started = 1 };
        }

        if (Within(job.Submit) && calendar.DayOf(job.Submit) is var submitted)
        {
            At(days, submitted) = At(days, submitted) with { Submitted = 1 };
        }
    }

    private static void AddRun(long start, long end, DayCalendar calendar, List<JobDay> days, long from, long to)
    {
        var (first, last) = (calendar.DayOf(start), calendar.DayOf(end - 1));
        if (last - first >= MostDays)
        {
            first = last - MostDays + 1;
            var (begin, next) = (calendar.StartOf(first), calendar.StartOf(first + 1));
            if (begin >= from && begin < to)
            {
                days.Add(new JobDay(first) { Seconds = Math.Min(next, to) - start, EarlierSeconds = begin - start, Carried = 1 });
            }
            else if (Math.Min(next, to) > Math.Max(begin, from))
            {
                days.Add(new JobDay(first) { Seconds = Math.Min(next, to) - Math.Max(begin, from), Carried = 1 });
            }

            first++;
        }

        // What lies outside the time asked about is not looked at.
        for (var day = Math.Max(first, from > start ? calendar.DayOf(from) : first); day <= last; day++)
        {
            var (begin, finish) = (Math.Max(Math.Max(start, calendar.StartOf(day)), from), Math.Min(Math.Min(end, calendar.StartOf(day + 1)), to));
            if (begin >= to)
            {
                break;
            }

            if (finish > begin)
            {
                days.Add(new JobDay(day) { Seconds = finish - begin, Carried = begin > start ? 1 : 0 });
            }
        }
    }

    private static ref JobDay At(List<JobDay> days, long day)
    {
        var at = days.Count - 1;
        while (at >= 0 && days[at].Day != day)
        {
            at--;
        }

        if (at < 0)
        {
            days.Add(new JobDay(day));
            at = days.Count - 1;
        }

        return ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(days)[at];
    }
}
