using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Output;

/// <summary>The fields of the measures of a group of jobs: the group's keys, the numbers, and what they are of.</summary>
internal static class MetricFields
{
    // bacct's, in its order: extremes are in its summary alone, and means of factors say more than their sums.
    private static readonly Field<JobMetrics>[] Ended =
    [
        Of(JobMeasures.Jobs),
        Of(JobMeasures.Done),
        new("exited", m => m.Exited),
        .. JobMeasures.Of(MeasureBasis.Ended).Where(m => m.Rule == MeasureRule.Sum && m != JobMeasures.Jobs && m != JobMeasures.Done && !IsFactor(m)).Select(Of),
        .. JobMeasures.Of(MeasureBasis.Ended).Where(IsFactor).Select(m => new Field<JobMetrics>($"average{char.ToUpperInvariant(m.Name[0])}{m.Name[1..]}", g => g.Jobs == 0 ? 0 : g[m] / g.Jobs)),
        Of(JobMeasures.MaxMemKb),
    ];

    private static readonly Field<JobMetrics>[] Used = [new("runningJobs", m => m.RunningJobs), .. JobMeasures.Of(MeasureBasis.Used).Select(Of)];

    private static readonly Field<JobMetrics>[] About = [new("basis", m => m.Basis == MeasureBasis.Used ? "used" : "ended"), new("timeZone", m => m.TimeZone)];

    public static IReadOnlyList<Field<JobMetrics>> Of(IReadOnlyList<GroupKey> by, MeasureBasis basis) =>
        [.. Keys(by), .. Figures(basis), .. About];

    /// <summary>The group's keys.</summary>
    public static IEnumerable<Field<JobMetrics>> Keys(IReadOnlyList<GroupKey> by) => by.Select((key, at) => new Field<JobMetrics>(key.Name, m => m.Keys[at].Value));

    /// <summary>The numbers.</summary>
    public static IReadOnlyList<Field<JobMetrics>> Figures(MeasureBasis basis) => basis == MeasureBasis.Used ? Used : Ended;

    private static bool IsFactor(JobMeasure measure) => measure == JobMeasures.HogFactor || measure == JobMeasures.ExpansionFactor;

    private static Field<JobMetrics> Of(JobMeasure measure) => new(measure.Name, m => Shown(measure, m[measure]));

    // Whole numbers are written as such; CPU time never is one but by chance.
    private static FieldValue Shown(JobMeasure measure, double value) => double.IsInteger(value) && measure != JobMeasures.CpuSeconds ? (FieldValue)(long)value : value;
}
