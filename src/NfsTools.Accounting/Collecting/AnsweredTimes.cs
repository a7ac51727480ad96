using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Collecting;

/// <summary>
/// Which time a command is to be asked about next. A job comes into its answers some time after it ended, or after the command answered
/// again: what ended before an answer is settled only once the command was asked about it again, so much later. Until then each question
/// reaches back to it. So questions overlap, and it does not matter for how long the scheduler was away.
/// </summary>
/// <param name="answers">What was answered, in the order of the questions.</param>
/// <param name="lag">How long a job may be missing, in seconds.</param>
internal sealed class AnsweredTimes(IEnumerable<AnsweredTime> answers, long lag)
{
    // What ended so long before the first question of all is there.
    private const long LongBefore = 86_400;
    private readonly List<AnsweredTime> all = [.. answers];

    /// <summary>When it was asked last; null for never.</summary>
    /// <param name="now">The time, since 1970.</param>
    public long? Asked(long now) => Until(now) is [.., var last] ? last.Asked : null;

    /// <summary>Whether just this was asked and answered at this second.</summary>
    public bool Has(long since, long until, long now) => all.Exists(a => (a.Since, a.Until, a.Asked) == (since, until, now));

    /// <summary>Takes an answer in.</summary>
    public void Add(AnsweredTime answered) => all.Insert(all.FindLastIndex(a => a.Asked <= answered.Asked) + 1, answered);

    /// <summary>The last second up to which all jobs that ended are known.</summary>
    /// <param name="first">The first second that is to be asked about.</param>
    /// <param name="now">The time, since 1970.</param>
    public long Settled(long first, long now)
    {
        var all = Until(now);

        // Somebody wants to know of earlier ones now.
        if (all.Count == 0 || all.Min(a => a.Since) > first)
        {
            return first;
        }

        var settled = Math.Min(all.Max(a => a.Until), all[0].Asked - LongBefore);
        var (confirmed, next, back) = (long.MinValue, 0, long.MinValue);
        foreach (var later in all)
        {
            back = later.AfterFailure ? later.Asked : back;
            for (; Math.Max(all[next].Asked, back) + lag <= later.Asked; next++)
            {
                confirmed = Math.Max(confirmed, all[next].Until);
            }

            settled = Math.Max(settled, Math.Min(confirmed, later.Until));
        }

        return Math.Max(first, settled);
    }

    // What was asked later than now was asked by a clock that was ahead: up to when jobs are known then is not told by it.
    private List<AnsweredTime> Until(long now) => all.Count == 0 || all[^1].Asked <= now ? all : all.FindAll(a => a.Asked <= now);
}
