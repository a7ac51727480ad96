namespace NfsTools.Accounting.Store;

/// <summary>The rows of a small table, which are taken over into one that may have other columns by now.</summary>
internal sealed class CarriedRows
{
    private readonly List<object[]> rows = [];
    private string[] columns = [];

    private CarriedRows()
    {
    }

    /// <summary>Reads all of them.</summary>
    public static CarriedRows Read(StoreDatabase database, string table)
    {
        var read = new CarriedRows();
        using var command = database.Command($"SELECT * FROM main.{table}");
        using var row = command.ExecuteReader();
        read.columns = [.. Enumerable.Range(0, row.FieldCount).Select(row.GetName)];
        while (row.Read())
        {
            var values = new object[row.FieldCount];
            row.GetValues(values);
            read.rows.Add(values);
        }

        return read;
    }

    /// <summary>Writes them into the table, the columns that it has; the others have their defaults.</summary>
    public void Write(StoreDatabase database, string table)
    {
        var known = Read(database, table).columns;
        var taken = columns.Index().Where(c => known.Contains(c.Item)).ToList();
        foreach (var values in rows)
        {
            database.Execute(
                $"INSERT INTO main.{table} ({string.Join(", ", taken.Select(c => $"\"{c.Item}\""))}) VALUES ({string.Join(", ", taken.Index().Select(c => $"@p{c.Index}"))})",
                [.. taken.Select(c => values[c.Index])]);
        }
    }
}
