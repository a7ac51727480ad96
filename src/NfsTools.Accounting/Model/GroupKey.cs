namespace NfsTools.Accounting.Model;

/// <summary>What jobs can be grouped by: a column that is a key, the cluster, a host, or the time they ended in.</summary>
public sealed class GroupKey
{
    /// <summary>The day they ended on, YYYY-MM-DD, in the time zone of the store; UTC for records that are in none.</summary>
    public static readonly GroupKey Day = new("day");

    /// <summary>The month they ended in, YYYY-MM, in the same time zone.</summary>
    public static readonly GroupKey Month = new("month");

    /// <summary>A host they held slots on: a job on several hosts counts for each, with the slots held there.</summary>
    public static readonly GroupKey Host = new("host");

    /// <summary>The cluster.</summary>
    public static readonly GroupKey Cluster = new("cluster");

    private GroupKey(string name, JobColumn? column = null) => (Name, Column) = (name, column);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GroupKey> All { get; } = [.. JobColumns.All.Where(c => c.IsKey && c != JobColumns.Hosts).Select(c => new GroupKey(c.Name, c)), Day, Month, Host, Cluster];

    /// <summary>Its name, e.g. <c>user</c>.</summary>
    public string Name { get; }

    /// <summary>The column; null for what is none.</summary>
    public JobColumn? Column { get; }

    /// <summary>The key of a column.</summary>
    public static GroupKey Of(JobColumn column) => All.First(k => k.Column == column);

    /// <summary>The key of a name, upper and lower case being the same; null where there is none.</summary>
    public static GroupKey? Find(string name) => All.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
