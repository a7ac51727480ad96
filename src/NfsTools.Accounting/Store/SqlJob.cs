using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>The numbers of a job in a row of a query that has the columns of <see cref="JobNumbers"/>, one behind the other.</summary>
/// <param name="rows">The rows, on the one at hand.</param>
/// <param name="first">The first of the columns.</param>
internal sealed class SqlJob(IStoreRows rows, int first) : IJobValues
{
    private static readonly int[] Places = PlacesOfColumns();

    /// <summary>The columns, of the table of jobs as "j"; whether it ended well is the last one.</summary>
    public static string Columns { get; } = string.Join(", ", [.. JobNumbers.Columns.Select(c => $"j.{c.StoredName}"), $"j.{JobColumns.State.StoredName}"]);

    /// <summary>How many columns there are.</summary>
    public static int Count => JobNumbers.Columns.Length + 1;

    public long? Integer(JobColumn column) => first + Places[column.Place] is var at && rows.IsNull(at) ? null : rows.Integer(at);

    public double? Real(JobColumn column) => first + Places[column.Place] is var at && rows.IsNull(at) ? null : rows.Real(at);

    /// <summary>The numbers of the row at hand.</summary>
    /// <param name="done">The dictionary's number of the state of jobs that ended well.</param>
    public JobNumbers Read(long done) => JobNumbers.Of(this, rows.Integer(first + JobNumbers.Columns.Length) == done);

    private static int[] PlacesOfColumns()
    {
        var places = new int[JobColumns.Stored.Count];
        foreach (var (i, column) in JobNumbers.Columns.Index())
        {
            places[column.Place] = i;
        }

        return places;
    }
}
