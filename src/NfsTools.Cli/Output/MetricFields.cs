using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Output;

/// <summary>The fields of bacct's metrics over a group of jobs: the group's keys and the numbers.</summary>
internal static class MetricFields
{
    private static readonly Field<JobMetrics>[] Numbers =
    [
        new("jobs", m => m.Jobs),
        new("done", m => m.Done),
        new("exited", m => m.Exited),
        new("cpuSeconds", m => m.CpuSeconds),
        new("waitSeconds", m => m.WaitSeconds),
        new("turnaroundSeconds", m => m.TurnaroundSeconds),
        new("runSeconds", m => m.RunSeconds),
        new("slotSeconds", m => m.SlotSeconds),
        new("averageHogFactor", m => m.AverageHogFactor),
        new("averageExpansionFactor", m => m.AverageExpansionFactor),
        new("maxMemKb", m => m.MaxMemKb),
    ];

    public static IReadOnlyList<Field<JobMetrics>> Of(IReadOnlyList<GroupKey> by) =>
        [.. by.Select((key, at) => new Field<JobMetrics>(key.Name, m => m.Keys[at].Value)), .. Numbers];
}
