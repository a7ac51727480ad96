using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>Which time a command is asked about: no job is left out, however late it comes into the answers, and however long the scheduler's database was away.</summary>
public class AnsweredTimesTests
{
    private const long Lag = 600;
    private const long Start = 1_700_000_000;
    private const long Later = Start + 1_000_000;

    [Fact]
    public void What_was_never_asked_begins_at_the_first_second() => Assert.Equal(5, new AnsweredTimes([], Lag).Settled(5, Later));

    [Fact]
    public void What_ended_long_before_the_first_question_is_settled_by_it() =>
        Assert.Equal(Start - 86_400, new AnsweredTimes([new(0, Start, Start)], Lag).Settled(0, Later));

    [Fact]
    public void What_ended_lately_is_settled_by_a_second_answer_a_lag_later()
    {
        var times = new AnsweredTimes([new(0, Start, Start), new(Start - 86_400, Start + Lag - 1, Start + Lag - 1)], Lag);
        Assert.Equal(Start - 86_400, times.Settled(0, Later));
        times.Add(new AnsweredTime(Start - 86_400, Start + Lag, Start + Lag));
        Assert.Equal(Start, times.Settled(0, Later));
    }

    [Fact]
    public void A_second_answer_settles_no_more_than_it_was_asked_about() =>
        Assert.Equal(Start - 1000, new AnsweredTimes([new(0, Start, Start), new(Start - 86_400, Start - 1000, Start + Lag)], Lag).Settled(0, Later));

    [Fact]
    public void Who_wants_to_know_of_earlier_times_has_all_asked_about() =>
        Assert.Equal(0, new AnsweredTimes([new(500, Start, Start), new(500, Start + Lag, Start + Lag)], Lag).Settled(0, Later));

    [Fact]
    public void After_a_failure_the_lag_begins_anew()
    {
        var times = new AnsweredTimes([new(0, Start, Start), new(Start - 86_400, Start + 5000, Start + 5000, AfterFailure: true)], Lag);
        Assert.Equal(Start - 86_400, times.Settled(0, Later));
        times.Add(new AnsweredTime(Start - 86_400, Start + 5000 + Lag, Start + 5000 + Lag));
        Assert.Equal(Start + 5000, times.Settled(0, Later));
    }

    [Fact]
    public void What_a_clock_that_was_ahead_asked_about_counts_once_its_time_has_come()
    {
        var times = new AnsweredTimes([new(0, Start + 90_000, Start + 90_000)], Lag);
        Assert.Equal(0, times.Settled(0, Start));
        Assert.Null(times.Asked(Start));
        times.Add(new AnsweredTime(0, Start, Start));
        Assert.Equal(Start, times.Asked(Start + 1));
        times.Add(new AnsweredTime(Start - 86_400, Start + Lag, Start + Lag));
        Assert.Equal(Start, times.Settled(0, Start + Lag));
    }

    // The database behind the command fails at times, and takes in what waits for it within the lag once it is back; the collector is away
    // too, and asks in steps.
    [Fact]
    public void No_job_is_left_out_whatever_is_away_and_when()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (times, seen, jobs) = (new AnsweredTimes([], Lag), new HashSet<int>(), new List<(long End, long There)>());
            var (now, away, failed) = (Start, 0L, false);
            var end = Start + 40_000;
            for (var end1 = Start - 200_000; end1 < end; end1 += random.Next(1, 2000))
            {
                jobs.Add((end1, end1 + (long)(random.NextDouble() * Lag)));
            }

            while (now < end + (2 * Lag) + 20_000)
            {
                var fails = now < away;
                if (!fails && random.Next(10) == 0)
                {
                    fails = true;

                    // What ends meanwhile, and what had not come in, is there a lag after the return at the latest.
                    away = now + random.Next(1, 8000);
                    for (var i = 0; i < jobs.Count; i++)
                    {
                        jobs[i] = jobs[i].There > now && jobs[i].End < away ? (jobs[i].End, away + (long)(random.NextDouble() * Lag)) : jobs[i];
                    }
                }

                failed |= fails;
                for (var reached = times.Settled(Start - 300_000, now); !fails && reached < now && random.Next(20) > 0;)
                {
                    var until = Math.Min(now, reached + random.Next(300, 50_000));
                    seen.UnionWith(jobs.Index().Where(j => j.Item.There <= now && j.Item.End >= reached && j.Item.End <= until).Select(j => j.Index));
                    times.Add(new AnsweredTime(reached, until, now, failed));
                    failed = false;
                    reached = until;
                    now += random.Next(0, 3);
                }

                now += random.Next(1, random.Next(10) == 0 ? 9000 : 400);
            }

            var settled = times.Settled(Start - 300_000, now);
            var missing = jobs.Index().Where(j => j.Item.End <= settled && !seen.Contains(j.Index)).ToList();
            Assert.True(missing.Count == 0, $"seed {seed}: {missing.Count} of {jobs.Count} jobs were left out, e.g. one that ended at {missing.FirstOrDefault().Item.End - Start}");
        }
    }
}
