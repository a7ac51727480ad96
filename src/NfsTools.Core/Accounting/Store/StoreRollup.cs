namespace NfsTools.Accounting.Store;

/// <summary>
/// How jobs add up. The same columns are summed when a batch is added to <c>daily</c>, when <c>daily</c> is recounted from the
/// jobs, and when a report is made from either.
/// </summary>
internal static class StoreRollup
{
    private static readonly string[] Keys = ["cluster_id", "day", "user_id", "queue_id", "project_id", "state_id"];
    private static readonly string[] Metrics = ["cpu_seconds", "wait_seconds", "turnaround_seconds", "run_seconds", "hog_factor", "expansion_factor"];
    private static readonly string[] Sums = ["jobs", "done", .. Metrics, "slot_seconds"];
    private static readonly string[] Maxima = [.. Metrics.Select(m => "max_" + m), "max_mem_kb"];
    private static readonly string[] Minima = [.. Metrics.Select(m => "min_" + m)];

    /// <summary>All columns that add up, in the order of <see cref="Select"/>.</summary>
    public static readonly string[] Columns = [.. Sums, .. Maxima, .. Minima];

    /// <summary>The columns added up, over whatever rows of <c>daily</c> or <c>job_measure</c> the query names.</summary>
    public static readonly string Select = string.Join(", ", [.. Sums.Select(c => $"sum({c}) AS {c}"), .. Maxima.Select(c => $"max({c}) AS {c}"), .. Minima.Select(c => $"min({c}) AS {c}")]);

    /// <summary>Adds the jobs behind a row number to <c>daily</c>.</summary>
    public static readonly string AddNewJobs =
        $"""
        INSERT INTO daily ({List(Keys)}, {List(Columns)})
        SELECT {List(Keys)}, {Select} FROM job_measure WHERE job_row > ? GROUP BY {List(Keys)}
        ON CONFLICT ({List(Keys)}) DO UPDATE SET
        {string.Join(", ", [.. Sums.Select(c => $"{c} = daily.{c} + excluded.{c}"), .. Maxima.Select(c => $"{c} = max(daily.{c}, excluded.{c})"), .. Minima.Select(c => $"{c} = min(daily.{c}, excluded.{c})")])}
        """;

    /// <summary>
    /// The number of rows in which <c>daily</c> and a recount differ. Sums of fractions taken in another order differ in
    /// their last digits: a billionth is let pass.
    /// </summary>
    public static readonly string CountDifferences =
        $"""
        WITH recount AS (SELECT {List(Keys)}, {Select} FROM job_measure GROUP BY {List(Keys)})
        SELECT (SELECT count(*) FROM recount LEFT JOIN daily USING ({List(Keys)})
                WHERE {string.Join(" OR ", Columns.Select(c => $"daily.{c} IS NULL OR abs(daily.{c} - recount.{c}) > 1e-9 * max(1, abs(recount.{c}))"))})
             + (SELECT count(*) FROM daily LEFT JOIN recount USING ({List(Keys)}) WHERE recount.jobs IS NULL)
        """;

    private static string List(string[] names) => string.Join(", ", names);
}
