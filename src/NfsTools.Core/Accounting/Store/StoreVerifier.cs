using Microsoft.Data.Sqlite;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Proves completeness: the units of each generation follow each other without gap or overlap from byte 0 to its position,
/// and the roll-up equals a recount.
/// </summary>
internal static class StoreVerifier
{
    public static StoreVerification Verify(SqliteConnection connection)
    {
        // One snapshot, so that a collector at work does not look like a difference.
        using var transaction = connection.BeginTransaction(deferred: true);
        var differences = new List<string>();
        var positions = Positions(connection);
        var bytes = new Dictionary<string, long> { ["record"] = 0, ["reject"] = 0, ["filler"] = 0 };
        var reached = positions.Keys.ToDictionary(id => id, _ => 0L);
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT generation_id, offset, length, kind FROM span ORDER BY generation_id, offset";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var (generation, offset, length, kind) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3));
                if (!reached.TryGetValue(generation, out var end))
                {
                    differences.Add($"A {kind} stands in generation {generation}, which is not in the store.");
                    continue;
                }

                if (offset != end)
                {
                    differences.Add($"{Name(positions, generation)}: {(offset > end ? $"bytes {end} to {offset - 1} are accounted for by nothing" : $"bytes {offset} to {end - 1} are accounted for twice")}.");
                }

                reached[generation] = Math.Max(end, offset + length);
                bytes[kind] += length;
            }
        }

        foreach (var (id, (position, _)) in positions)
        {
            if (reached[id] != position)
            {
                differences.Add($"{Name(positions, id)}: it was read up to byte {position}, its units end at {reached[id]}.");
            }
        }

        var rows = Scalar(connection, StoreRollup.CountDifferences);
        if (rows != 0)
        {
            differences.Add($"The daily roll-up differs from a recount in {rows} rows.");
        }

        return new StoreVerification(
            positions.Count, positions.Values.Sum(p => p.Position), bytes["record"], bytes["reject"], bytes["filler"],
            Scalar(connection, "SELECT count(*) FROM job_record"), differences);
    }

    private static Dictionary<long, (long Position, string Path)> Positions(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT generation_id, position, path FROM generation";
        using var reader = command.ExecuteReader();
        var positions = new Dictionary<long, (long Position, string Path)>();
        while (reader.Read())
        {
            positions[reader.GetInt64(0)] = (reader.GetInt64(1), reader.GetString(2));
        }

        return positions;
    }

    private static string Name(Dictionary<long, (long Position, string Path)> positions, long id) => $"Generation {id} (last seen as {positions[id].Path})";

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
