namespace NfsTools.Accounting.Store;

/// <summary>
/// What the jobs of a row of the roll-up have in common: numbers of the store's dictionary, 0 for none, and days since 1970-01-01 in the
/// store's time zone. There are rows apart by all of it (ByKey is 0), and totals, apart by one text alone (ByKey is n for the nth of
/// <see cref="StoreRollup.KeyColumns"/>, the other texts are 0).
/// </summary>
internal readonly record struct RollupKey(long ByKey, long Day, long Cluster, long User, long UserGroup, long Project, long Queue, long Qos, long State) : IComparable<RollupKey>
{
    /// <summary>How many parts it has: <see cref="StoreRollup.Keys"/>.</summary>
    public const int Parts = 9;

    /// <summary>A part, in the order of the table.</summary>
    public long this[int part] => part switch
    {
        0 => ByKey,
        1 => Day,
        2 => Cluster,
        3 => User,
        4 => UserGroup,
        5 => Project,
        6 => Queue,
        7 => Qos,
        _ => State,
    };

    /// <summary>The key of a row of the table.</summary>
    /// <param name="row">The row, with the parts of its key first.</param>
    public static RollupKey Of(IStoreRows row) => new(
        row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3), row.Integer(4), row.Integer(5), row.Integer(6), row.Integer(7), row.Integer(8));

    /// <summary>The total that its jobs are in too.</summary>
    /// <param name="key">By which text: which of <see cref="StoreRollup.KeyColumns"/>, from 1.</param>
    public RollupKey By(int key)
    {
        long Kept(int which, long text) => key == which ? text : 0;
        return new(key, Day, Cluster, Kept(1, User), Kept(2, UserGroup), Kept(3, Project), Kept(4, Queue), Kept(5, Qos), Kept(6, State));
    }

    /// <summary>In the order of the table's rows.</summary>
    public int CompareTo(RollupKey other)
    {
        for (var i = 0; i < Parts; i++)
        {
            if (this[i] != other[i])
            {
                return this[i].CompareTo(other[i]);
            }
        }

        return 0;
    }
}
