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
    public long? Asked => all.Count > 0 ? all[^1].Asked : null;

    /// <summary>Takes an answer in.</summary>
    public void Add(AnsweredTime answered) => all.Add(answered);

    /// <summary>The last second up to which all jobs that ended are known.</summary>
    /// <param name="first">The first second that is to be asked about.</param>
    public long Settled(long first)
    {
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
}
