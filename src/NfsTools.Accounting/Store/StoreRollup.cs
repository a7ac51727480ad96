using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>What <see cref="JobMeasures"/> are in SQL: the columns of the roll-up (table "daily"), how they add up, and the view "job_measure".</summary>
internal static class StoreRollup
{
    /// <summary>The columns that its rows are apart by; few, for what is rare would make a row for each job.</summary>
    public static readonly JobColumn[] KeyColumns = [JobColumns.User, JobColumns.UserGroup, JobColumns.Project, JobColumns.Queue, JobColumns.Qos, JobColumns.State];

    /// <summary>The parts of its key (<see cref="RollupKey"/>).</summary>
    public static readonly string[] Keys = ["by_key", "day", "cluster_id", .. KeyColumns.Select(c => c.StoredName)];

    /// <summary>The key, then the measures.</summary>
    public static readonly string[] AllColumns = [.. Keys, .. JobMeasures.All.Select(m => m.SqlName)];

    /// <summary>Every row.</summary>
    public static readonly string All = $"SELECT {string.Join(", ", AllColumns)} FROM main.daily";

    /// <summary>The columns, as CREATE TABLE has them; a comma behind each. A row without jobs that ended has no largest and smallest.</summary>
    public static readonly string TableColumns =
        string.Concat(Keys.Select(k => $"  {k} BIGINT NOT NULL,\n")) + string.Concat(JobMeasures.All.Select(m => $"  {m.SqlName} DOUBLE PRECISION{(IsExtreme(m) ? "" : " NOT NULL")},\n"));

    /// <summary>The measures of a job, as the view has them.</summary>
    public static readonly string ViewColumns = string.Join(",\n  ", JobMeasures.Of(MeasureBasis.Ended).Select(m => $"{m.Sql} AS {m.SqlName}"));

    /// <summary>Whether its rows are apart by a column.</summary>
    public static bool HasKey(JobColumn column) => KeyColumns.Contains(column);

    /// <summary>The first day without totals; there are none before the first day of all. Reports of a year are added up from them.</summary>
    public static long TotalsEnd(StoreDatabase database) => database.Scalar($"SELECT max(day) FROM main.daily WHERE by_key = {KeyColumns.Length}") + 1 ?? long.MinValue;

    /// <summary>The rows, each job in one of them, that answer what is asked: totals where there are some, and it asks for one column at most.</summary>
    public static string Rows(StoreDatabase database, IReadOnlyCollection<JobColumn> asked)
    {
        static string Of(int key, string when = "") => $"SELECT * FROM main.daily WHERE by_key = {key}{when}";
        var end = TotalsEnd(database);
        return asked.Count > 1 || end == long.MinValue
            ? Of(0)
            : $"{Of(Array.IndexOf(KeyColumns, asked.SingleOrDefault(JobColumns.State)) + 1, $" AND day < {end}")} UNION ALL {Of(0, $" AND day >= {end}")}";
    }

    /// <summary>SQL for a sum, which no integer need hold.</summary>
    public static string Sum(string value) => $"sum(CAST({value} AS DOUBLE PRECISION))";

    /// <summary>A measure added up, over whatever rows of <c>daily</c> or <c>job_measure</c> the query names.</summary>
    /// <param name="measure">The measure.</param>
    /// <param name="atBeginning">SQL for whether a row is of the first day of the time asked about.</param>
    public static string Total(JobMeasure measure, string atBeginning) => measure.Rule switch
    {
        MeasureRule.Largest => $"max({measure.SqlName})",
        MeasureRule.Smallest => $"min({measure.SqlName})",
        MeasureRule.AtBeginning => Sum($"CASE WHEN {atBeginning} THEN {measure.SqlName} ELSE 0 END"),
        _ => Sum(measure.SqlName),
    };

    /// <summary>The end of an INSERT that adds its rows to those of the same key.</summary>
    public static string AddToThere(StoreDatabase database)
    {
        string Extreme(string function, string column) => $"{column} = coalesce({function}(daily.{column}, excluded.{column}), daily.{column}, excluded.{column})";
        return $"""
            ON CONFLICT ({string.Join(", ", Keys)}) DO UPDATE SET
            {string.Join(", ", JobMeasures.All.Select(m => m.Rule switch
            {
                MeasureRule.Largest => Extreme(database.Extremes.Greatest, m.SqlName),
                MeasureRule.Smallest => Extreme(database.Extremes.Least, m.SqlName),
                _ => $"{m.SqlName} = daily.{m.SqlName} + excluded.{m.SqlName}",
            }))}
            """;
    }

    private static bool IsExtreme(JobMeasure measure) => measure.Rule is MeasureRule.Largest or MeasureRule.Smallest;
}
