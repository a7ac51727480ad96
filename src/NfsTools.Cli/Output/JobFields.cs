using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Output;

/// <summary>A job's columns as fields: times are seconds since 1970-01-01 UTC, durations seconds, memory KB; what is unknown is nothing.</summary>
internal static class JobFields
{
    /// <summary>The cluster, then every column.</summary>
    public static IReadOnlyList<Field<JobRecord>> All { get; } = [Cluster, .. JobColumns.All.Select(Of)];

    /// <summary>The cluster.</summary>
    public static Field<JobRecord> Cluster => new("cluster", j => j.Cluster);

    /// <summary>A column.</summary>
    public static Field<JobRecord> Of(JobColumn column) => new(column.Name, j => j[column] switch
    {
        string text => text,
        long whole => whole,
        double number => number,
        DateTimeOffset time => (DateTimeOffset?)time,
        _ => default(FieldValue),
    });
}
