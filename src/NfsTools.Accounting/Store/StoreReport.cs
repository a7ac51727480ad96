using System.Globalization;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>
/// The measures of a store's jobs, in groups: from the roll-up where it knows what is asked for, else from the jobs. What jobs used is
/// cut out of them by the rule that makes the roll-up (<see cref="JobDay"/>).
/// </summary>
internal sealed class StoreReport
{
    private const string RollupDay = "m.day";
    private readonly StoreDatabase database;
    private readonly JobFilter filter;
    private readonly IReadOnlyList<GroupKey> by;
    private readonly MeasureBasis basis;
    private readonly MeasuredTime time;

    private StoreReport(StoreDatabase database, JobFilter filter, IReadOnlyList<GroupKey> by, MeasureBasis basis)
    {
        (this.database, this.filter, this.by, this.basis) = (database, filter, by, basis);
        time = new MeasuredTime(basis, by, database.Calendar, filter.From, filter.To);
    }

    /// <summary>The groups, in the order of their keys; one total without keys.</summary>
    public static IReadOnlyList<JobMetrics> Of(StoreDatabase database, JobFilter filter, IReadOnlyList<GroupKey> by, MeasureBasis basis)
    {
        var report = new StoreReport(database, filter, by, basis);
        var groups = report.RollupAnswers ? report.Read($"({StoreRollup.Rows(database, report.AskedColumns)}) m", RollupDay, database.Calendar)
            : basis == MeasureBasis.Ended ? report.Read("main.job_measure m", "m.end_time", null)
            : report.CutJobs();
        return [.. groups.Where(g => by.Count == 0 || !g.IsEmpty).OrderBy(g => string.Join('\0', g.Keys.Select(k => k.Value)), StringComparer.Ordinal)];
    }

    // The roll-up knows whole days and a few keys.
    private bool RollupAnswers =>
        filter.Hosts.Count == 0 && filter.JobIds.Count == 0 && !by.Contains(GroupKey.Host) &&
        filter.Columns.All(c => StoreRollup.HasKey(c.Column) && !(c.Column == JobColumns.State && c.NamesSchedulerState)) && by.All(k => k.Column is null || StoreRollup.HasKey(k.Column)) &&
        (filter.From is not { } from || database.Calendar.IsStart(from)) && (filter.To is not { } to || database.Calendar.IsStart(to));

    private HashSet<JobColumn> AskedColumns => [.. by.Select(k => k.Column).OfType<JobColumn>(), .. filter.Columns.Select(c => c.Column)];

    private List<JobMetrics> Read(string source, string when, DayCalendar? calendar)
    {
        using var command = database.Command("");
        var hosts = by.Contains(GroupKey.Host) ? " LEFT JOIN main.hosts_member ON hosts_member.hosts_id = m.hosts_id" : "";
        var measures = JobMeasures.Of(basis);
        var where = new JobConditions(database, command, filter).Of("m", when, calendar);

        // A row of the roll-up may tell of a day on which jobs ran and none ended.
        where = calendar is not null && basis == MeasureBasis.Ended ? $"{(where.Length > 0 ? $"{where} AND" : "WHERE")} m.{JobMeasures.Jobs.SqlName} > 0" : where;
        command.CommandText = database.Qualify(
            $"SELECT {string.Join(", ", measures.Select(Total))}{string.Concat(by.Select(k => $", {Shown(k)}"))} FROM {source}{hosts} {where}{(by.Count > 0 ? $" GROUP BY {string.Join(", ", by.Select(Grouped))}" : "")}");
        using var reader = command.ExecuteReader();
        var groups = new List<JobMetrics>();
        while (reader.Read())
        {
            var sums = JobSums.None();
            foreach (var (i, measure) in measures.Index())
            {
                sums[measure.Index] = reader.IsDBNull(i) ? sums[measure.Index] : reader.GetDouble(i);
            }

            groups.Add(Metrics([.. by.Index().Select(k => reader.IsDBNull(measures.Count + k.Index) ? "" : reader.GetString(measures.Count + k.Index))], sums));
        }

        return groups;
    }

    private string Total(JobMeasure measure) => by.Contains(GroupKey.Host) && measure == JobMeasures.SlotSeconds
        ? StoreRollup.Sum("coalesce(CAST(hosts_member.slots AS DOUBLE PRECISION) * m.run_seconds, m.slot_seconds)")
        : StoreRollup.Total(measure, time.IsBeginning(RollupDay, database.DayText(RollupDay)));

    private string Grouped(GroupKey key) =>
        key == GroupKey.Cluster ? "m.cluster_id"
        : key == GroupKey.Host ? "hosts_member.host_id"
        : key == GroupKey.Day ? RollupDay
        : key == GroupKey.Month ? database.MonthText(RollupDay)
        : $"m.{key.Column!.StoredName}";

    private string Shown(GroupKey key) =>
        key == GroupKey.Month ? Grouped(key)
        : key == GroupKey.Day ? database.DayText(RollupDay)
        : Name(key, Grouped(key));

    private static string Name(GroupKey key, string number) =>
        key == GroupKey.Cluster ? $"(SELECT name FROM main.cluster WHERE cluster_id = {number})" : $"(SELECT value FROM main.text_value WHERE text_id = {number})";

    // Groups are told apart by numbers here, and get their names in the end.
    private List<JobMetrics> CutJobs()
    {
        var groups = new Dictionary<string, double[]>();
        var byHost = by.Contains(GroupKey.Host);
        var done = database.Scalar("SELECT text_id FROM main.text_value WHERE value = @p0", JobState.Done) ?? -1;
        using (var rows = new CommandRows(JobsInTime(byHost)))
        {
            var job = new SqlJob(rows, 0);
            while (rows.Next())
            {
                var numbers = job.Read(done);
                numbers = byHost && !rows.IsNull(SqlJob.Count) ? numbers.On(rows.Integer(SqlJob.Count)) : numbers;
                foreach (var day in time.Cut(numbers))
                {
                    var key = string.Join(' ', by.Index().Select(k => Number(k.Item, rows, SqlJob.Count + 1 + k.Index, day.Day)));
                    if (!groups.TryGetValue(key, out var sums))
                    {
                        groups[key] = sums = JobSums.None();
                    }

                    JobSums.Add(sums, numbers, day);
                }
            }
        }

        return groups.Count == 0 && by.Count == 0 ? [Metrics([], JobSums.None())] : [.. groups.Select(g => Metrics(Names(g.Key), g.Value))];
    }

    private System.Data.Common.DbCommand JobsInTime(bool byHost)
    {
        var command = database.Command("");
        var where = new JobConditions(database, command, filter with { From = null, To = null }).Of("j", "j.end_time");
        var conditions = new List<string>();
        if (filter.From is { } from && StoreDatabase.AddParameter(command, from.ToUnixTimeSeconds()) is var first)
        {
            conditions.Add($"(j.end_time >= {first} OR j.submit_time >= {first})");
        }

        if (filter.To is { } to && StoreDatabase.AddParameter(command, to.ToUnixTimeSeconds()) is var end)
        {
            conditions.Add($"(j.submit_time < {end} OR j.start_time < {end})");
        }

        where = conditions.Count == 0 ? where : $"{(where.Length > 0 ? $"{where} AND" : "WHERE")} {string.Join(" AND ", conditions)}";
        var keys = by.Select(k => k.Column is { } column ? $"coalesce(j.{column.StoredName}, 0)" : k == GroupKey.Host ? "coalesce(h.host_id, 0)" : "j.cluster_id");
        command.CommandText = database.Qualify(
            $"SELECT {string.Join(", ", [SqlJob.Columns, byHost ? "h.slots" : "NULL", .. keys])} FROM main.job_record j{(byHost ? " LEFT JOIN main.hosts_member h ON h.hosts_id = j.hosts_id" : "")} {where}");
        return command;
    }

    private static long Number(GroupKey key, CommandRows rows, int column, long day) =>
        key == GroupKey.Day ? day : key == GroupKey.Month ? DayCalendar.DateOf(day) is var date ? (date.Year * 100) + date.Month : 0 : rows.Integer(column);

    private List<string> Names(string numbers)
    {
        var names = new List<string>();
        foreach (var (i, text) in numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            var number = long.Parse(text, CultureInfo.InvariantCulture);
            names.Add(
                by[i] == GroupKey.Day ? DayCalendar.DateOf(number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : by[i] == GroupKey.Month ? string.Create(CultureInfo.InvariantCulture, $"{number / 100:0000}-{number % 100:00}")
                : NameOf(by[i], number));
        }

        return names;
    }

    private string NameOf(GroupKey key, long number)
    {
        using var command = database.Command($"SELECT {Name(key, "@p0")}", number);
        return command.ExecuteScalar() as string ?? "";
    }

    private JobMetrics Metrics(IReadOnlyList<string> names, double[] sums) => new([.. by.Zip(names)], sums, basis, database.Calendar.TimeZone);
}
