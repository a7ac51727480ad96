using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;

namespace NfsTools.Cli.Collecting;

/// <summary>What a store holds, summed up from its daily roll-up.</summary>
/// <param name="Jobs">Jobs that ended.</param>
/// <param name="Done">Jobs that ended well.</param>
/// <param name="CpuSeconds">Their CPU time.</param>
/// <param name="FirstDay">The day the first one ended on, in the store's time zone; null without jobs.</param>
/// <param name="LastDay">The day the last one ended on.</param>
internal sealed record StoreTotals(long Jobs, long Done, double CpuSeconds, string? FirstDay, string? LastDay)
{
    private const double SecondsPerHour = 3600;

    public long Exited => Jobs - Done;

    public double CpuHours => CpuSeconds / SecondsPerHour;

    /// <summary>Sums a store up; null where it cannot be read now, which the collector has told of.</summary>
    public static StoreTotals? Of(AccountingStore store)
    {
        IReadOnlyList<JobMetrics> days;
        try
        {
            days = store.Report(JobFilter.All, [GroupKey.Day]);
        }
        catch (Exception e) when (e is NfsToolsException or OperationCanceledException)
        {
            return null;
        }

        return new StoreTotals(
            days.Sum(d => d.Jobs), days.Sum(d => d.Done), days.Sum(d => d.CpuSeconds),
            days.Count > 0 ? days[0].Keys[0].Value : null, days.Count > 0 ? days[^1].Keys[0].Value : null);
    }
}
