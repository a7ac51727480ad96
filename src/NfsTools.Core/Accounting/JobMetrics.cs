using System.Globalization;

namespace NfsTools.Accounting;

/// <summary>bacct's metrics over a group of jobs.</summary>
public sealed class JobMetrics
{
    internal JobMetrics(IReadOnlyList<(JobKey Key, string Value)> group) => Keys = group;

    /// <summary>What the jobs of the group have in common; empty for a total.</summary>
    public IReadOnlyList<(JobKey Key, string Value)> Keys { get; }

    /// <summary>The values of the keys, in one text.</summary>
    public string Group => string.Join(" ", Keys.Select(k => k.Value.Length == 0 ? "-" : k.Value));

    /// <summary>Jobs that ended.</summary>
    public long Jobs { get; internal set; }

    /// <summary>Jobs that ended well (DONE).</summary>
    public long Done { get; internal set; }

    /// <summary>Jobs that did not (EXIT).</summary>
    public long Exited => Jobs - Done;

    /// <summary>CPU_T in seconds.</summary>
    public double CpuSeconds => Cpu.Total;

    /// <summary>WAIT in seconds.</summary>
    public long WaitSeconds => (long)Wait.Total;

    /// <summary>TURNAROUND in seconds.</summary>
    public long TurnaroundSeconds => (long)Turnaround.Total;

    /// <summary>Run time in seconds.</summary>
    public long RunSeconds => (long)Run.Total;

    /// <summary>Slots x run time, in seconds.</summary>
    public long SlotSeconds { get; internal set; }

    /// <summary>The mean of the jobs' hog factors.</summary>
    public double AverageHogFactor => Average(HogFactor);

    /// <summary>The mean of the jobs' expansion factors.</summary>
    public double AverageExpansionFactor => Average(ExpansionFactor);

    /// <summary>The largest peak memory of a job, in KB.</summary>
    public long MaxMemKb { get; internal set; }

    /// <summary>CPU_T in seconds, with its extremes.</summary>
    public MetricSummary Cpu { get; internal set; }

    /// <summary>WAIT in seconds, with its extremes.</summary>
    public MetricSummary Wait { get; internal set; }

    /// <summary>TURNAROUND in seconds, with its extremes.</summary>
    public MetricSummary Turnaround { get; internal set; }

    /// <summary>Run time in seconds, with its extremes.</summary>
    public MetricSummary Run { get; internal set; }

    /// <summary>HOG_FACTOR, with its extremes.</summary>
    public MetricSummary HogFactor { get; internal set; }

    /// <summary>The expansion factor, with its extremes.</summary>
    public MetricSummary ExpansionFactor { get; internal set; }

    /// <summary>The mean of a metric over the jobs; 0 without jobs.</summary>
    public double Average(MetricSummary metric) => Jobs == 0 ? 0 : metric.Total / Jobs;

    /// <summary>The metrics of jobs that need not be in a store, grouped as a store's report groups them.</summary>
    public static IReadOnlyList<JobMetrics> Measure(IEnumerable<JobRecord> jobs, IReadOnlyList<JobKey> by)
    {
        var groups = new SortedDictionary<string, JobMetrics>(StringComparer.Ordinal);
        if (by.Count == 0)
        {
            groups[""] = new JobMetrics([]);
        }

        foreach (var job in jobs)
        {
            foreach (var place in Places(job, by))
            {
                var keys = by.Select(k => (k, k == JobKey.Host ? place.Host : KeyOf(job, k))).ToList();
                var id = string.Join('\0', keys.Select(k => k.Item2));
                if (!groups.TryGetValue(id, out var metrics))
                {
                    groups[id] = metrics = new JobMetrics(keys);
                }

                metrics.Add(job, place.Slots);
            }
        }

        return [.. groups.Values];
    }

    private static IEnumerable<HostSlots> Places(JobRecord job, IReadOnlyList<JobKey> by)
    {
        var whole = new HostSlots("", job.Slots);
        return by.Contains(JobKey.Host) ? HostSlots.Split(job.Hosts).DefaultIfEmpty(whole) : [whole];
    }

    private static string KeyOf(JobRecord job, JobKey key) => key switch
    {
        JobKey.User => job.User,
        JobKey.Queue => job.Queue,
        JobKey.Project => job.Project,
        JobKey.State => job.State,
        JobKey.Cluster => job.Cluster,
        JobKey.Day => job.EndTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        JobKey.Month => job.EndTime.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, null),
    };

    private void Add(JobRecord job, int slots)
    {
        var first = Jobs == 0;
        Jobs++;
        Done += job.Done ? 1 : 0;
        SlotSeconds += slots * job.RunSeconds;
        MaxMemKb = first ? job.MaxMemKb : Math.Max(MaxMemKb, job.MaxMemKb);
        Cpu = Cpu.Plus(job.CpuSeconds, first);
        Wait = Wait.Plus(job.WaitSeconds, first);
        Turnaround = Turnaround.Plus(job.TurnaroundSeconds, first);
        Run = Run.Plus(job.RunSeconds, first);
        HogFactor = HogFactor.Plus(job.HogFactor, first);
        ExpansionFactor = ExpansionFactor.Plus(job.ExpansionFactor, first);
    }
}
