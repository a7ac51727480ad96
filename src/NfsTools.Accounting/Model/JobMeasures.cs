using static NfsTools.Accounting.Model.MeasureRule;

namespace NfsTools.Accounting.Model;

/// <summary>
/// What of jobs adds up: the store's roll-up, its recount, reports and their output are made from this table. Durations are seconds,
/// memory KB; what a log does not tell counts 0. docs/metrics.md says where the definitions come from.
/// </summary>
public static class JobMeasures
{
    private static readonly List<JobMeasure> Rows = [];

#pragma warning disable CS1591 // Each says what it is in its help.
    public static readonly JobMeasure Jobs = Ended("jobs", Sum, "Jobs that ended.", "1", _ => 1);
    public static readonly JobMeasure Done = Ended("done", Sum, "Jobs that ended well.", $"CASE WHEN state_id = (SELECT text_id FROM main.text_value WHERE value = '{JobState.Done}') THEN 1 ELSE 0 END", j => j.Done ? 1 : 0);
    public static readonly JobMeasure CpuSeconds = Ended(JobColumns.CpuSeconds, j => j.CpuSeconds);
    public static readonly JobMeasure WaitSeconds = Ended(JobColumns.WaitSeconds, j => j.WaitSeconds);
    public static readonly JobMeasure TurnaroundSeconds = Ended(JobColumns.TurnaroundSeconds, j => j.TurnaroundSeconds);
    public static readonly JobMeasure RunSeconds = Ended(JobColumns.RunSeconds, j => j.RunSeconds);
    public static readonly JobMeasure SlotSeconds = Ended("slotSeconds", Sum, JobColumns.SlotSeconds.Help, JobColumns.SlotSeconds.Formula!, j => j.Slots * j.RunSeconds);
    public static readonly JobMeasure HogFactor = Ended(JobColumns.HogFactor, j => j.HogFactor);
    public static readonly JobMeasure ExpansionFactor = Ended(JobColumns.ExpansionFactor, j => j.ExpansionFactor);
    public static readonly JobMeasure MaxMemKb = Ended("maxMemKb", Largest, "The largest peak memory of a job.", "coalesce(max_mem_kb, 0)", j => j.MaxMemKb);

    public static readonly JobMeasure SubmittedJobs = Used("submittedJobs", Sum, "Jobs that were submitted in the time.", (_, d) => d.Submitted);
    public static readonly JobMeasure StartedJobs = Used("startedJobs", Sum, "Jobs that started in the time.", (_, d) => d.Started);
    public static readonly JobMeasure CarriedJobs = Used("carriedJobs", AtBeginning, "Jobs that ran already when the time began.", (_, d) => d.Carried);
    public static readonly JobMeasure UsedWallSeconds = Used("usedWallSeconds", Sum, "Run time within the time.", (_, d) => d.Seconds);
    public static readonly JobMeasure UsedSlotSeconds = Used("usedSlotSeconds", Sum, "Slots times run time within the time.", (j, d) => j.Slots * d.Seconds);
    public static readonly JobMeasure UsedCoreSeconds = Used("usedCoreSeconds", Sum, "Cores, or slots where the log tells of no cores, times run time within the time.", (j, d) => j.Cores * d.Seconds);
    public static readonly JobMeasure UsedNodeSeconds = Used("usedNodeSeconds", Sum, "Nodes times run time within the time.", (j, d) => j.Nodes * d.Seconds);
    public static readonly JobMeasure UsedGpuSeconds = Used("usedGpuSeconds", Sum, "GPUs times run time within the time.", (j, d) => j.Gpus * d.Seconds);
    public static readonly JobMeasure UsedMemKbSeconds = Used("usedMemKbSeconds", Sum, "Average memory, or peak memory where the log tells of no average, times run time within the time.", (j, d) => j.HeldMemKb * d.Seconds);
    public static readonly JobMeasure EarlierSeconds = Used("earlierSeconds", Sum, $"Run time that jobs of more than {JobDay.MostDays} days had before their last {JobDay.MostDays}: all of it is on the first of these.", (_, d) => d.EarlierSeconds);
#pragma warning restore CS1591

    /// <summary>All of them.</summary>
    public static IReadOnlyList<JobMeasure> All { get; } = Rows;

    /// <summary>Those of a basis.</summary>
    public static IReadOnlyList<JobMeasure> Of(MeasureBasis basis) => basis == MeasureBasis.Ended ? EndedOnes : UsedOnes;

    /// <summary>The largest of a job beside a sum.</summary>
    internal static JobMeasure Maximum(JobMeasure sum) => Rows[sum.Index + 1];

    /// <summary>The smallest of a job beside a sum.</summary>
    internal static JobMeasure Minimum(JobMeasure sum) => Rows[sum.Index + 2];

    private static readonly JobMeasure[] EndedOnes = [.. Rows.Where(m => m.Basis == MeasureBasis.Ended)], UsedOnes = [.. Rows.Where(m => m.Basis == MeasureBasis.Used)];

    // A column's sum, and its extremes behind it.
    private static JobMeasure Ended(JobColumn column, Func<JobNumbers, double> value)
    {
        var sum = Ended(column.Name, Sum, column.Help, column.Formula!, value);
        var name = char.ToUpperInvariant(column.Name[0]) + column.Name[1..];
        Ended($"max{name}", Largest, $"The largest of a job: {column.Help}", column.Formula!, value);
        Ended($"min{name}", Smallest, $"The smallest of a job: {column.Help}", column.Formula!, value);
        return sum;
    }

    private static JobMeasure Ended(string name, MeasureRule rule, string help, string sql, Func<JobNumbers, double> value) =>
        Add(name, MeasureBasis.Ended, rule, help, (j, _) => value(j), sql);

    private static JobMeasure Used(string name, MeasureRule rule, string help, Func<JobNumbers, JobDay, double> value) => Add(name, MeasureBasis.Used, rule, help, value, null);

    private static JobMeasure Add(string name, MeasureBasis basis, MeasureRule rule, string help, Func<JobNumbers, JobDay, double> value, string? sql)
    {
        Rows.Add(new JobMeasure(Rows.Count, name, basis, rule, help, value, sql));
        return Rows[^1];
    }
}
