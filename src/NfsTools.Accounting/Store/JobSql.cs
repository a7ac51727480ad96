using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>What <see cref="JobColumns"/> are in SQL: the table of jobs, the view "job", and what a query reads.</summary>
internal static class JobSql
{
    /// <summary>The columns of the table, as CREATE TABLE has them; a comma behind each.</summary>
    public static string TableColumns { get; } = string.Concat(JobColumns.Stored.Select(c => $"  {c.StoredName} {Type(c)}{(c.IsRequired ? " NOT NULL" : "")},\n"));

    /// <summary>The table as "j", with what its numbers stand for.</summary>
    public static string From { get; } =
        $"main.job_record j LEFT JOIN main.cluster c ON c.cluster_id = j.cluster_id LEFT JOIN main.generation g ON g.generation_id = j.generation_id{string.Concat(Texts.Select(Join))}";

    /// <summary>The columns of the view: as they are called everywhere, and each time as a date and time too.</summary>
    public static string View { get; } = string.Join(
        ",\n",
        [
            "c.name AS cluster", .. JobColumns.All.Select(c => $"{Value(c)} AS \"{c.SqlName}\""),
            .. JobColumns.Stored.Where(c => c.Kind == ColumnKind.Time).Select(c => $"CASE WHEN {c.SqlName} >= 0 THEN {{utc:{c.SqlName}}} END AS \"{c.SqlName}_utc\""),
            "j.generation_id", "j.\"offset\"", "j.length", "j.job_row", "j.content_hash",
        ]);

    /// <summary>
    /// What <see cref="StoredJobs"/> reads, in a query of <see cref="From"/>: the cluster, the columns that are stored, the format, the
    /// hash of the record, and where it stands.
    /// </summary>
    public static string Stored { get; } = Select("c.name", Value, "g.format");

    /// <summary>The same with the numbers of the texts, in a query of <see cref="FromAlone"/>.</summary>
    public static string StoredNumbers { get; } = Select("j.cluster_id", c => $"j.{c.StoredName}", "j.generation_id");

    /// <summary>The columns of the view "job_measure" that jobs are picked and grouped by; a text that is unknown is number 0.</summary>
    public static string Keys { get; } = string.Join(
        ", ", ["job_row", "cluster_id", "end_time", .. Texts.Select(t => $"coalesce({t.StoredName}, 0) AS {t.StoredName}"), .. JobColumns.Stored.Where(c => c.CanFilter && !c.IsKey).Select(c => c.StoredName)]);

    private static IEnumerable<JobColumn> Texts => JobColumns.Stored.Where(c => c.Kind == ColumnKind.Text);

    /// <summary>A column's value, in a query of <see cref="From"/>.</summary>
    public static string Value(JobColumn column) => column.Formula ?? (column.Kind == ColumnKind.Text ? $"{Alias(column)}.value" : $"j.{column.StoredName}");

    /// <summary>A script with what the columns and the measures are in it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="calendar">The days of the store that it makes.</param>
    public static string Expand(string script, DayCalendar calendar) => script
        .Replace("{job_columns}", TableColumns, StringComparison.Ordinal)
        .Replace("{job_view}", $"SELECT {View}\nFROM {From}", StringComparison.Ordinal)
        .Replace("{job_keys}", Keys, StringComparison.Ordinal)
        .Replace("{day_of_end}", calendar.Sql(JobColumns.EndTime.StoredName), StringComparison.Ordinal)
        .Replace("{measures}", StoreRollup.ViewColumns, StringComparison.Ordinal)
        .Replace("{daily_columns}", StoreRollup.TableColumns, StringComparison.Ordinal)
        .Replace("{daily_key}", string.Join(", ", StoreRollup.Keys), StringComparison.Ordinal);

    /// <summary>The table as "j", with no more than the values of one column.</summary>
    public static string FromAlone(JobColumn? with) => $"main.job_record j{(with?.Kind == ColumnKind.Text ? Join(with) : "")}";

    private static string Select(string cluster, Func<JobColumn, string> value, string format) =>
        string.Join(", ", [cluster, .. JobColumns.Stored.Select(value), format, "j.content_hash", "j.generation_id", "j.\"offset\"", "j.length"]);

    private static string Join(JobColumn text) => $" LEFT JOIN main.text_value {Alias(text)} ON {Alias(text)}.text_id = j.{text.StoredName}";

    private static string Alias(JobColumn text) => $"t_{text.SqlName}";

    private static string Type(JobColumn column) => column.Kind switch
    {
        ColumnKind.FreeText => "TEXT",
        ColumnKind.Real => "DOUBLE PRECISION",
        _ => "BIGINT",
    };
}
