using System.Globalization;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Reports;

/// <summary>Adds up jobs as they come, grouped as a store's report groups them; it keeps none of them.</summary>
/// <param name="by">What they are grouped by; empty for one total.</param>
public sealed class JobMeter(IReadOnlyList<GroupKey> by)
{
    private readonly SortedDictionary<string, (List<(GroupKey Key, string Value)> Keys, JobSums Sums)> groups = new(StringComparer.Ordinal);

    /// <summary>The metrics of what was added so far, in the order of the keys; a total is there without jobs too.</summary>
    public IReadOnlyList<JobMetrics> Groups() => groups.Count == 0 && by.Count == 0
        ? [new JobMetrics([], new JobSums())]
        : [.. groups.Values.Select(g => new JobMetrics(g.Keys, g.Sums))];

    /// <summary>The metrics of jobs that need not be in a store, grouped as a store's report groups them.</summary>
    public static IReadOnlyList<JobMetrics> Measure(IEnumerable<JobRecord> jobs, IReadOnlyList<GroupKey> by)
    {
        var meter = new JobMeter(by);
        foreach (var job in jobs)
        {
            meter.Add(job);
        }

        return meter.Groups();
    }

    /// <summary>Adds a job.</summary>
    public void Add(JobRecord job)
    {
        foreach (var place in Places(job))
        {
            var keys = by.Select(k => (Key: k, Value: k == GroupKey.Host ? place.Host : KeyOf(job, k))).ToList();
            var id = string.Join('\0', keys.Select(k => k.Value));
            if (!groups.TryGetValue(id, out var group))
            {
                groups[id] = group = (keys, new JobSums());
            }

            group.Sums.Add(JobMeasure.Of(job) with { Slots = place.Slots });
        }
    }

    private IEnumerable<HostSlots> Places(JobRecord job)
    {
        var whole = new HostSlots("", (int)job.Slots);
        return by.Contains(GroupKey.Host) ? HostSlots.Split(job.Hosts ?? "").DefaultIfEmpty(whole) : [whole];
    }

    private static string KeyOf(JobRecord job, GroupKey key) =>
        key == GroupKey.Cluster ? job.Cluster
        : key == GroupKey.Day ? job.EndTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : key == GroupKey.Month ? job.EndTime.ToString("yyyy-MM", CultureInfo.InvariantCulture)
        : job.Text(key.Column!) ?? "";
}
