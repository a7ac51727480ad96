using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>What the jobs of a row of the roll-up have in common: numbers of the store's dictionary, and days since 1970-01-01 UTC.</summary>
internal readonly record struct RollupKey(long Cluster, long Day, long User, long Queue, long Project, long State)
{
    private const long SecondsPerDay = 86400;

    /// <summary>The UTC day a time belongs to.</summary>
    public static long DayOf(long seconds) => seconds / SecondsPerDay;
}

/// <summary>The columns of the roll-up, which are those of a report too.</summary>
internal static class StoreRollup
{
    /// <summary>In the order of <see cref="JobMetric"/>.</summary>
    public static readonly string[] Metrics = ["cpu_seconds", "wait_seconds", "turnaround_seconds", "run_seconds", "hog_factor", "expansion_factor"];

    private static readonly string[] Keys = ["cluster_id", "day", "user_id", "queue_id", "project_id", "state_id"];
    private static readonly JobColumn[] KeyColumns = [JobColumns.User, JobColumns.Queue, JobColumns.Project, JobColumns.State];
    private static readonly string[] Sums = ["jobs", "done", "slot_seconds", .. Metrics];
    private static readonly string[] Maxima = ["max_mem_kb", .. Metrics.Select(m => "max_" + m)];
    private static readonly string[] Minima = [.. Metrics.Select(m => "min_" + m)];

    /// <summary>All columns that add up, in the order of <see cref="Select"/>.</summary>
    public static readonly string[] Columns = [.. Sums, .. Maxima, .. Minima];

    /// <summary>The columns added up, over whatever rows of <c>daily</c> or <c>job_measure</c> the query names.</summary>
    public static readonly string Select = string.Join(", ", [.. Sums.Select(c => $"{Sum(c)} AS {c}"), .. Maxima.Select(c => $"max({c}) AS {c}"), .. Minima.Select(c => $"min({c}) AS {c}")]);

    /// <summary>The key, then <see cref="Columns"/>.</summary>
    public static readonly string[] AllColumns = [.. Keys, .. Columns];

    /// <summary>Every row.</summary>
    public static readonly string All = $"SELECT {string.Join(", ", AllColumns)} FROM main.daily";

    /// <summary>Whether its rows are apart by a column.</summary>
    public static bool HasKey(JobColumn column) => KeyColumns.Contains(column);

    /// <summary>SQL for a sum, which no integer need hold.</summary>
    public static string Sum(string value) => $"sum(CAST({value} AS DOUBLE PRECISION))";

    /// <summary>The end of an INSERT that adds its rows to those of the same key.</summary>
    public static string AddToThere(StoreDatabase database) =>
        $"""
        ON CONFLICT ({string.Join(", ", Keys)}) DO UPDATE SET
        {string.Join(", ", [.. Sums.Select(c => $"{c} = daily.{c} + excluded.{c}"), .. Maxima.Select(c => $"{c} = {database.Extremes.Greatest}(daily.{c}, excluded.{c})"), .. Minima.Select(c => $"{c} = {database.Extremes.Least}(daily.{c}, excluded.{c})")])}
        """;

    /// <summary>The numbers in the order of <see cref="Columns"/>.</summary>
    public static IEnumerable<double> Values(JobSums sums) =>
    [
        sums.Jobs, sums.Done, sums.SlotSeconds, .. sums.Metrics.Select(m => m.Total),
        sums.MaxMemKb, .. sums.Metrics.Select(m => m.Maximum), .. sums.Metrics.Select(m => m.Minimum),
    ];
}
