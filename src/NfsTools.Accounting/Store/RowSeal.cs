using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Checksums of rows that stand in no byte of a log: XXH3 of the whole row, but for what moves all the time. They tell a change by hand or
/// by damage, not forgery.
/// </summary>
internal static class RowSeal
{
    /// <summary>The column, as CREATE TABLE has it.</summary>
    public const string Definition = "seal BIGINT NOT NULL DEFAULT 0";

    private const string Column = "seal";

    // Stores before it have no checksums, or of less.
    private const int FirstVersion = 10;
    private static readonly string[] Moving = [Column, "expires"];

    // The tables, and what their rows are told apart by.
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["rebuild"] = [],
        ["zone"] = [],
        ["cluster"] = ["cluster_id"],
        ["generation"] = ["generation_id"],
        ["log_archives"] = ["cluster_id", "format", "live_path"],
        ["answer"] = ["cluster_id", "format", "live_path", "since", "until", "asked"],
        ["lease"] = ["cluster_id"],
        ["node"] = ["instance"],
    };

    /// <summary>Changes rows and their checksums. The checksum of a row that was not what was stored stays wrong, so that it is told still.</summary>
    /// <param name="database">The store, in a transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="where">Which rows, before the change and after it.</param>
    /// <param name="parameters">The parameters of that.</param>
    /// <param name="change">The change.</param>
    public static T Change<T>(StoreDatabase database, string table, string where, object?[] parameters, Func<T> change)
    {
        var broken = Read(database, table, where, parameters).Where(r => r.Seal != r.Sum).Select(r => r.Name).ToHashSet();
        var result = change();
        Write(database, Read(database, table, where, parameters).Where(r => !broken.Contains(r.Name)));
        return result;
    }

    /// <summary>Takes rows for what is to be stored, as they are.</summary>
    public static void Write(StoreDatabase database, string table, string where = "1 = 1", params object?[] parameters) => Write(database, Read(database, table, where, parameters));

    /// <summary>Takes all rows for what is to be stored, as they are.</summary>
    public static void WriteAll(StoreDatabase database)
    {
        foreach (var table in Keys.Keys)
        {
            Write(database, table);
        }
    }

    /// <summary>The rows that are not what was stored, a sentence each.</summary>
    public static IEnumerable<string> Differences(StoreDatabase database)
    {
        foreach (var (table, keys) in database.SchemaVersion < FirstVersion ? [] : Keys)
        {
            var rows = Read(database, table, "1 = 1", []);
            if (keys.Length == 0 && rows.Count != 1)
            {
                yield return $"The table {table} has {rows.Count} rows in place of one.";
            }

            foreach (var row in rows.Where(r => r.Seal != r.Sum))
            {
                yield return $"The row of {row.Name} is not what was stored.";
            }
        }
    }

    private static void Write(StoreDatabase database, IEnumerable<Row> rows)
    {
        foreach (var (table, keys, _, _, sum) in rows.Where(r => r.Seal != r.Sum))
        {
            database.Execute($"UPDATE main.{table} SET {Column} = @p{keys.Length} WHERE 1 = 1{string.Concat(Keys[table].Index().Select(k => $" AND {k.Item} = @p{k.Index}"))}", [.. keys, sum]);
        }
    }

    private static List<Row> Read(StoreDatabase database, string table, string where, object?[] parameters)
    {
        var found = new List<Row>();
        if (database.SchemaVersion < FirstVersion)
        {
            return found;
        }

        // The offsets of a zone belong to it, however many there are.
        var more = table == "zone" ? Offsets(database) : "";
        using var command = database.Command($"SELECT * FROM main.{table} WHERE {where}", parameters);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var text = new StringBuilder(more);
            var seal = 0L;
            for (var i = 0; i < row.FieldCount; i++)
            {
                if (row.GetName(i) == Column)
                {
                    seal = row.GetValue(i) as long? ?? 0;
                }
                else if (!Moving.Contains(row.GetName(i)))
                {
                    text.Append(row.IsDBNull(i) ? "-" : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture)).Append(row.IsDBNull(i) ? "\0\0" : "\0");
                }
            }

            var keys = Keys[table].Select(k => row[k]).ToArray();
            found.Add(new Row(table, keys, string.Join(' ', [table, .. keys.Select(k => Convert.ToString(k, CultureInfo.InvariantCulture))]), seal, (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString()))));
        }

        return found;
    }

    private static string Offsets(StoreDatabase database)
    {
        var text = new StringBuilder();
        using var command = database.Command("SELECT since, shift FROM main.zone_offset ORDER BY since");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.GetValue(0)} {row.GetValue(1)}\0");
        }

        return text.ToString();
    }

    private sealed record Row(string Table, object[] Keys, string Name, long Seal, long Sum);
}
