namespace NfsTools.Accounting.Model;

/// <summary>The measures of a group of jobs (<see cref="JobMeasures"/>): of whole jobs that ended, which are bacct's, or of what was used in a time.</summary>
public sealed class JobMetrics
{
    private readonly double[] sums;

    internal JobMetrics(IReadOnlyList<(GroupKey Key, string Value)> keys, double[] sums, MeasureBasis basis, string timeZone) =>
        (Keys, this.sums, Basis, TimeZone) = (keys, sums, basis, timeZone);

    /// <summary>What the jobs of the group have in common; empty for a total.</summary>
    public IReadOnlyList<(GroupKey Key, string Value)> Keys { get; }

    /// <summary>The values of the keys, in one text; "total" without keys.</summary>
    public string Group => Keys.Count == 0 ? "total" : string.Join(" ", Keys.Select(k => k.Value.Length == 0 ? "-" : k.Value));

    /// <summary>What of jobs was counted; the measures of the other basis are 0.</summary>
    public MeasureBasis Basis { get; }

    /// <summary>The time zone of the days.</summary>
    public string TimeZone { get; }

    /// <summary>Jobs that ended.</summary>
    public long Jobs => Whole(JobMeasures.Jobs);

    /// <summary>Jobs that ended well.</summary>
    public long Done => Whole(JobMeasures.Done);

    /// <summary>Jobs that did not.</summary>
    public long Exited => Jobs - Done;

    /// <summary>CPU_T in seconds.</summary>
    public double CpuSeconds => this[JobMeasures.CpuSeconds];

    /// <summary>WAIT in seconds.</summary>
    public long WaitSeconds => Whole(JobMeasures.WaitSeconds);

    /// <summary>TURNAROUND in seconds.</summary>
    public long TurnaroundSeconds => Whole(JobMeasures.TurnaroundSeconds);

    /// <summary>Run time in seconds.</summary>
    public long RunSeconds => Whole(JobMeasures.RunSeconds);

    /// <summary>Slots x run time, in seconds.</summary>
    public long SlotSeconds => Whole(JobMeasures.SlotSeconds);

    /// <summary>The mean of the jobs' hog factors.</summary>
    public double AverageHogFactor => Average(HogFactorSummary);

    /// <summary>The mean of the jobs' expansion factors.</summary>
    public double AverageExpansionFactor => Average(ExpansionFactorSummary);

    /// <summary>The largest peak memory of a job, in KB.</summary>
    public long MaxMemKb => Whole(JobMeasures.MaxMemKb);

    /// <summary>CPU_T in seconds, with its extremes.</summary>
    public MetricSummary CpuSummary => Summary(JobMeasures.CpuSeconds);

    /// <summary>WAIT in seconds, with its extremes.</summary>
    public MetricSummary WaitSummary => Summary(JobMeasures.WaitSeconds);

    /// <summary>TURNAROUND in seconds, with its extremes.</summary>
    public MetricSummary TurnaroundSummary => Summary(JobMeasures.TurnaroundSeconds);

    /// <summary>Run time in seconds, with its extremes.</summary>
    public MetricSummary RunSummary => Summary(JobMeasures.RunSeconds);

    /// <summary>HOG_FACTOR, with its extremes.</summary>
    public MetricSummary HogFactorSummary => Summary(JobMeasures.HogFactor);

    /// <summary>The expansion factor, with its extremes.</summary>
    public MetricSummary ExpansionFactorSummary => Summary(JobMeasures.ExpansionFactor);

    /// <summary>Jobs that ran in the time, for however long: those that ran already when it began, and those that started in it.</summary>
    public long RunningJobs => Whole(JobMeasures.CarriedJobs) + Whole(JobMeasures.StartedJobs);

    /// <summary>Jobs that started in the time.</summary>
    public long StartedJobs => Whole(JobMeasures.StartedJobs);

    /// <summary>Jobs that were submitted in the time.</summary>
    public long SubmittedJobs => Whole(JobMeasures.SubmittedJobs);

    /// <summary>Run time within the time, in seconds.</summary>
    public long UsedWallSeconds => Whole(JobMeasures.UsedWallSeconds);

    /// <summary>Slots x run time within the time, in seconds.</summary>
    public long UsedSlotSeconds => Whole(JobMeasures.UsedSlotSeconds);

    /// <summary>Cores x run time within the time, in seconds.</summary>
    public double UsedCoreSeconds => this[JobMeasures.UsedCoreSeconds];

    /// <summary>Nodes x run time within the time, in seconds.</summary>
    public long UsedNodeSeconds => Whole(JobMeasures.UsedNodeSeconds);

    /// <summary>GPUs x run time within the time, in seconds.</summary>
    public double UsedGpuSeconds => this[JobMeasures.UsedGpuSeconds];

    /// <summary>Memory x run time within the time, in KB x seconds.</summary>
    public double UsedMemKbSeconds => this[JobMeasures.UsedMemKbSeconds];

    /// <summary>Run time that jobs of very many days had before the days they were cut into, in seconds; it is counted on the first of these.</summary>
    public long EarlierSeconds => Whole(JobMeasures.EarlierSeconds);

    /// <summary>Whether nothing was counted.</summary>
    internal bool IsEmpty => JobMeasures.Of(Basis).All(m => this[m] == 0);

    /// <summary>A measure; 0 for the largest or smallest of no jobs.</summary>
    public double this[JobMeasure measure] => double.IsNaN(sums[measure.Index]) ? 0 : sums[measure.Index];

    /// <summary>The mean of a metric over the jobs; 0 without jobs.</summary>
    public double Average(MetricSummary metric) => Jobs == 0 ? 0 : metric.Total / Jobs;

    private long Whole(JobMeasure measure) => (long)this[measure];

    private MetricSummary Summary(JobMeasure sum) => new(this[sum], this[JobMeasures.Maximum(sum)], this[JobMeasures.Minimum(sum)]);
}
