namespace NfsTools.TestKit;

/// <summary>Jobs submitted at a steady mean rate with ascending ids, handed out in the order in which they finish.</summary>
internal sealed class LsfSchedule
{
    private const double KilledPendingShare = 0.02;
    private const double RequeuedShare = 0.01;
    private const double ArrayShare = 0.004;

    private readonly SeededRandom _random;
    private readonly LsfGeneratorOptions _options;
    private readonly double _meanGap;
    private readonly PriorityQueue<ScheduledJob, (long End, long Order)> _open = new();
    private double _clock;
    private long _nextJobId;
    private long _order;

    public LsfSchedule(int seed, LsfGeneratorOptions options, SeededRandom random)
    {
        _random = random;
        _options = options;
        _meanGap = 86_400.0 / options.JobsPerDay;
        _clock = options.StartTime;

        // Different seeds use different ids, so that logs written one after the other to the same path share no key.
        _nextJobId = (uint)seed % 2000 * 1_000_000L + 1;
    }

    public ScheduledJob Next()
    {
        while (_open.Count == 0 || _open.Peek().End > (long)_clock)
        {
            Submit();
        }

        ScheduledJob job = _open.Dequeue();
        if (job.Requeued)
        {
            long start = job.End + _random.Exponential(60) + 1;
            Open(job with { Start = start, End = start + RunTime(), Requeued = false });
        }

        return job;
    }

    private void Submit()
    {
        long jobId = _nextJobId++;
        int arraySize = _random.Chance(ArrayShare) ? _random.Between(2, 60) : 0;
        int user = _random.Skewed(_options.Users);

        // A user works on a project or two, in a few queues.
        int queue = (user + _random.Skewed(3)) % _options.Queues;
        int project = (user + _random.Skewed(2)) % _options.Projects;
        long submit = (long)_clock;

        for (int index = Math.Min(arraySize, 1); index <= arraySize; index++)
        {
            bool killed = _random.Chance(KilledPendingShare);
            long start = submit + _random.Exponential(_random.Chance(0.7) ? 2 : 300);
            Open(new ScheduledJob(
                jobId, index, arraySize, user, queue, project, submit,
                killed ? 0 : start,
                killed ? start + _random.Exponential(600) : start + RunTime(),
                !killed && _random.Chance(RequeuedShare)));
            _clock += -Math.Log(1 - _random.Fraction()) * _meanGap;
        }
    }

    private void Open(ScheduledJob job) => _open.Enqueue(job, (job.End, _order++));

    /// <summary>Mostly short jobs, some of minutes, a few of hours.</summary>
    private long RunTime() => _random.Exponential(_random.Below(10) switch
    {
        < 6 => 30,
        < 9 => 600,
        _ => 5400,
    });
}
