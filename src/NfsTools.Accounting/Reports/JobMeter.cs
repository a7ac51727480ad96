using System.Globalization;
using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Reports;

/// <summary>Adds up jobs as they come, grouped as a store's report groups them; it keeps none of them.</summary>
/// <param name="by">What they are grouped by; empty for one total.</param>
/// <param name="basis">Whether whole jobs count when they ended, or what they used.</param>
/// <param name="calendar">The days; null for those of UTC.</param>
/// <param name="from">Of what jobs used, only what lies in the time from here ...</param>
/// <param name="to">... and before here.</param>
public sealed class JobMeter(IReadOnlyList<GroupKey> by, MeasureBasis basis = MeasureBasis.Ended, DayCalendar? calendar = null, DateTimeOffset? from = null, DateTimeOffset? to = null)
{
    private readonly SortedDictionary<string, (List<(GroupKey Key, string Value)> Keys, double[] Sums)> groups = new(StringComparer.Ordinal);
    private readonly DayCalendar days = calendar ?? DayCalendar.Utc;
    private readonly MeasuredTime time = new(basis, by, calendar ?? DayCalendar.Utc, from, to);

    /// <summary>The metrics of what was added so far, in the order of the keys; a total is there without jobs too.</summary>
    public IReadOnlyList<JobMetrics> Groups() => groups.Count == 0 && by.Count == 0
        ? [new JobMetrics([], JobSums.None(), basis, days.TimeZone)]
        : [.. groups.Values.Select(g => new JobMetrics(g.Keys, g.Sums, basis, days.TimeZone)).Where(m => by.Count == 0 || !m.IsEmpty)];

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
        var whole = JobNumbers.Of(job);
        foreach (var (host, numbers) in Places(job, whole))
        {
            foreach (var day in time.Cut(numbers))
            {
                var keys = by.Select(k => (Key: k, Value: k == GroupKey.Host ? host : KeyOf(job, k, day.Day))).ToList();
                var id = string.Join('\0', keys.Select(k => k.Value));
                if (!groups.TryGetValue(id, out var group))
                {
                    groups[id] = group = (keys, JobSums.None());
                }

                JobSums.Add(group.Sums, numbers, day);
            }
        }
    }

    private IEnumerable<(string Host, JobNumbers Numbers)> Places(JobRecord job, JobNumbers whole) =>
        by.Contains(GroupKey.Host) ? HostSlots.Split(Encoding.UTF8.GetBytes(job.Hosts ?? "")).Select(h => (h.Host, whole.On(h.Slots))).DefaultIfEmpty(("", whole)) : [("", whole)];

    private static string KeyOf(JobRecord job, GroupKey key, long day) =>
        key == GroupKey.Cluster ? job.Cluster
        : key == GroupKey.Day ? DayCalendar.DateOf(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : key == GroupKey.Month ? DayCalendar.DateOf(day).ToString("yyyy-MM", CultureInfo.InvariantCulture)
        : job.Text(key.Column!) ?? "";
}
