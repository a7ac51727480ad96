
namespace NfsTools.Accounting.Store;

/// <summary>The collectors of a store: what they tell of themselves, and which of them may collect. All times are the database's.</summary>
internal static class StoreNodes
{
    private const string OfCluster = "cluster_id = (SELECT cluster_id FROM main.cluster WHERE name = @p0)";

    /// <summary>Takes the leases of clusters, all or none.</summary>
    /// <param name="database">The store.</param>
    /// <param name="instance">Who takes them.</param>
    /// <param name="clusters">The clusters.</param>
    /// <param name="length">How long they last without a further proof.</param>
    /// <param name="force">Whether somebody else's are taken too: for who knows by other means that nobody else is at work.</param>
    /// <returns>The epochs; null when another collector holds one of them.</returns>
    public static IReadOnlyDictionary<string, long>? TryTake(StoreDatabase database, string instance, IReadOnlyList<string> clusters, TimeSpan length, bool force)
    {
        // A look that waits for nobody comes first: most of the time another one is at work.
        if (!force && clusters.Any(c => Holder(database, c) is { } holder && holder != instance))
        {
            return null;
        }

        database.EndFrozen();
        using var transaction = database.BeginChange();
        var epochs = new Dictionary<string, long>();
        foreach (var cluster in clusters.Order(StringComparer.Ordinal))
        {
            RowSeal.Change(database, "cluster", "name = @p0", [cluster], () => database.Execute("INSERT INTO main.cluster (name) VALUES (@p0) ON CONFLICT DO NOTHING", cluster));

            // A conflict would wait for who is changing the row.
            RowSeal.Change(database, "lease", OfCluster, [cluster], () => database.Execute(
                """
                INSERT INTO main.lease (cluster_id, epoch, since, expires)
                SELECT cluster_id, 0, 0, 0 FROM main.cluster WHERE name = @p0 AND cluster_id NOT IN (SELECT cluster_id FROM main.lease) ON CONFLICT DO NOTHING
                """,
                cluster));
            if (RowSeal.Change(database, "lease", OfCluster, [cluster], () => database.Scalar(
                $"""
                UPDATE main.lease SET epoch = epoch + 1, holder = @p0, since = {database.Clock}, expires = {database.Clock} + @p1
                WHERE cluster_id = (SELECT cluster_id FROM main.lease WHERE cluster_id = (SELECT cluster_id FROM main.cluster WHERE name = @p2) {database.SkipLocked})
                    AND (@p3 OR holder IS NULL OR holder = @p0 OR NOT ({Runs(database)}))
                RETURNING epoch
                """,
                instance, (long)length.TotalMilliseconds, cluster, force)) is not { } epoch)
            {
                return null;
            }

            epochs[cluster] = epoch;
        }

        transaction.Commit();
        return epochs;
    }

    /// <summary>Extends leases.</summary>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    public static void Renew(StoreDatabase database, StoreLease lease)
    {
        using var transaction = database.BeginChange();
        foreach (var cluster in lease.Epochs.Keys.Order(StringComparer.Ordinal))
        {
            lease.Confirm(database, cluster);
        }

        transaction.Commit();
    }

    /// <summary>Gives back what an instance holds.</summary>
    public static void Release(StoreDatabase database, string instance)
    {
        using var transaction = database.BeginChange();
        using (var command = database.Command("SELECT cluster_id FROM main.lease WHERE holder = @p0 ORDER BY cluster_id", instance))
        using (var row = command.ExecuteReader())
        {
            var held = new List<long>();
            while (row.Read())
            {
                held.Add(row.GetInt64(0));
            }

            row.Dispose();
            foreach (var cluster in held)
            {
                RowSeal.Change(database, "lease", "cluster_id = @p0", [cluster], () => database.Execute("UPDATE main.lease SET holder = NULL, expires = 0 WHERE cluster_id = @p0 AND holder = @p1", cluster, instance));
            }
        }

        transaction.Commit();
    }

    /// <summary>Writes what a node tells of itself; those of its host that were gone long since are forgotten.</summary>
    public static void Tell(StoreDatabase database, NodeReport report)
    {
        using var transaction = database.BeginChange();
        RowSeal.Change(database, "node", "instance = @p0", [report.Instance], () => database.Execute(
            $"""
            INSERT INTO main.node (instance, host, process_id, role, started, seen, patience, lag_bytes, last_error, last_error_at)
            VALUES (@p0, @p1, @p2, @p3, {database.Clock}, {database.Clock}, @p4, @p5, @p6, CASE WHEN @p7 THEN {database.Clock} END)
            ON CONFLICT (instance) DO UPDATE SET seen = excluded.seen, patience = excluded.patience, lag_bytes = excluded.lag_bytes,
                last_error = coalesce(excluded.last_error, node.last_error), last_error_at = coalesce(excluded.last_error_at, node.last_error_at)
            """,
            report.Instance, report.Host, (long)report.ProcessId, report.Role.ToString(), (long)report.Patience.TotalMilliseconds, report.LagBytes, report.Error, report.Error is not null));
        database.Execute(
            $"DELETE FROM main.node WHERE instance IN (SELECT instance FROM main.node WHERE host = @p0 AND instance <> @p1 AND seen + patience < {database.Clock} {database.SkipLocked})", report.Host, report.Instance);
        transaction.Commit();
    }

    /// <summary>All nodes, who is active first.</summary>
    public static IReadOnlyList<CollectorNode> All(StoreDatabase database)
    {
        using var command = database.Command(
            $"""
            SELECT host, process_id, role, started, seen, patience, lag_bytes, last_error, last_error_at, max(epoch), max(since), {database.Clock}
            FROM main.node LEFT JOIN main.lease ON holder = instance
            GROUP BY instance, host, process_id, role, started, seen, patience, lag_bytes, last_error, last_error_at
            """);
        using var row = command.ExecuteReader();
        var nodes = new List<CollectorNode>();
        while (row.Read())
        {
            DateTimeOffset? Time(int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
            var (seen, patience, now) = (row.GetInt64(4), row.GetInt64(5), row.GetInt64(11));
            var held = !row.IsDBNull(9);
            nodes.Add(new CollectorNode(
                row.GetString(0), (int)row.GetInt64(1), Enum.Parse<CollectorRole>(row.GetString(2)),
                patience == 0 ? CollectorNodeState.Ended : seen + patience < now ? CollectorNodeState.Silent : held ? CollectorNodeState.Active : CollectorNodeState.Standby,
                held ? row.GetInt64(9) : null, Time(10), Time(3)!.Value, Time(4)!.Value, TimeSpan.FromMilliseconds(Math.Max(0, now - seen)), row.GetInt64(6),
                row.IsDBNull(7) ? null : row.GetString(7), Time(8)));
        }

        return [.. nodes.OrderBy(n => n.State).ThenBy(n => n.Host, StringComparer.Ordinal).ThenBy(n => n.ProcessId)];
    }

    // One that would last longer than any may was given before the database's clock was set back.
    private static string Runs(StoreDatabase database) => $"expires BETWEEN {database.Clock} AND {database.Clock} + {(long)(StoreLease.LongestSeconds * 1000)}";

    /// <summary>Who holds the lease of a cluster that has not run out.</summary>
    private static string? Holder(StoreDatabase database, string cluster)
    {
        using var command = database.Command($"SELECT holder FROM main.lease JOIN main.cluster USING (cluster_id) WHERE name = @p0 AND {Runs(database)}", cluster);
        return command.ExecuteScalar() as string;
    }
}

/// <summary>What a node tells of itself.</summary>
/// <param name="Instance">Its name: another one each time it is started.</param>
/// <param name="Host">The host it runs on.</param>
/// <param name="ProcessId">Its process there.</param>
/// <param name="Role">Its role.</param>
/// <param name="Patience">The time without a word after which it is taken for gone; zero once it has ended in order.</param>
/// <param name="LagBytes">Bytes of its logs it has seen that are not in the store.</param>
/// <param name="Error">What went wrong since it told before; null for nothing.</param>
internal sealed record NodeReport(string Instance, string Host, int ProcessId, CollectorRole Role, TimeSpan Patience, long LagBytes, string? Error);
