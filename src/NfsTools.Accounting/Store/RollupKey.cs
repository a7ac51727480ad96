namespace NfsTools.Accounting.Store;

/// <summary>What the jobs of a row of the roll-up have in common: numbers of the store's dictionary, 0 for none, and days since 1970-01-01 in the store's time zone.</summary>
internal readonly record struct RollupKey(long Day, long Cluster, long User, long UserGroup, long Project, long Queue, long Qos, long State) : IComparable<RollupKey>
{
    /// <summary>How many parts it has: <see cref="StoreRollup.Keys"/>.</summary>
    public const int Parts = 8;

    /// <summary>A part, in the order of the table.</summary>
    public long this[int part] => part switch
    {
        0 => Cluster,
        1 => Day,
        2 => User,
        3 => UserGroup,
        4 => Project,
        5 => Queue,
        6 => Qos,
        _ => State,
    };

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
