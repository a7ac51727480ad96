namespace NfsTools.Accounting.Model;

/// <summary>bacct's metrics over a group of jobs.</summary>
public sealed class JobMetrics
{
    private readonly JobSums sums;

    internal JobMetrics(IReadOnlyList<(GroupKey Key, string Value)> keys, JobSums sums) => (Keys, this.sums) = (keys, sums);

    /// <summary>What the jobs of the group have in common; empty for a total.</summary>
    public IReadOnlyList<(GroupKey Key, string Value)> Keys { get; }

    /// <summary>The values of the keys, in one text; "total" without keys.</summary>
    public string Group => Keys.Count == 0 ? "total" : string.Join(" ", Keys.Select(k => k.Value.Length == 0 ? "-" : k.Value));

    /// <summary>Jobs that ended.</summary>
    public long Jobs => sums.Jobs;

    /// <summary>Jobs that ended well.</summary>
    public long Done => sums.Done;

    /// <summary>Jobs that did not.</summary>
    public long Exited => Jobs - Done;

    /// <summary>CPU_T in seconds.</summary>
    public double CpuSeconds => CpuSummary.Total;

    /// <summary>WAIT in seconds.</summary>
    public long WaitSeconds => (long)WaitSummary.Total;

    /// <summary>TURNAROUND in seconds.</summary>
    public long TurnaroundSeconds => (long)TurnaroundSummary.Total;

    /// <summary>Run time in seconds.</summary>
    public long RunSeconds => (long)RunSummary.Total;

    /// <summary>Slots x run time, in seconds.</summary>
    public long SlotSeconds => (long)sums.SlotSeconds;

    /// <summary>The mean of the jobs' hog factors.</summary>
    public double AverageHogFactor => Average(HogFactorSummary);

    /// <summary>The mean of the jobs' expansion factors.</summary>
    public double AverageExpansionFactor => Average(ExpansionFactorSummary);

    /// <summary>The largest peak memory of a job, in KB.</summary>
    public long MaxMemKb => sums.MaxMemKb;

    /// <summary>CPU_T in seconds, with its extremes.</summary>
    public MetricSummary CpuSummary => sums.Metrics[(int)JobMetric.Cpu];

    /// <summary>WAIT in seconds, with its extremes.</summary>
    public MetricSummary WaitSummary => sums.Metrics[(int)JobMetric.Wait];

    /// <summary>TURNAROUND in seconds, with its extremes.</summary>
    public MetricSummary TurnaroundSummary => sums.Metrics[(int)JobMetric.Turnaround];

    /// <summary>Run time in seconds, with its extremes.</summary>
    public MetricSummary RunSummary => sums.Metrics[(int)JobMetric.Run];

    /// <summary>HOG_FACTOR, with its extremes.</summary>
    public MetricSummary HogFactorSummary => sums.Metrics[(int)JobMetric.HogFactor];

    /// <summary>The expansion factor, with its extremes.</summary>
    public MetricSummary ExpansionFactorSummary => sums.Metrics[(int)JobMetric.ExpansionFactor];

    /// <summary>The mean of a metric over the jobs; 0 without jobs.</summary>
    public double Average(MetricSummary metric) => Jobs == 0 ? 0 : metric.Total / Jobs;
}
