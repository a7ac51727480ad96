using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>A store of schema version 8, as the program of that version made it of a small log: its tables, and its rows.</summary>
internal sealed partial class OldStore : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly TestSchema? schema;

    public OldStore(StoreKind kind)
    {
        schema = kind == StoreKind.PostgreSql ? new TestSchema() : null;
        Database = schema?.Address ?? directory["old.db"];
        Execute(kind == StoreKind.PostgreSql
            ? Script("postgres") + Bytes().Replace(Script("rows"), @"'\x$1'") + "INSERT INTO schema_object SELECT 'table ' || tablename, '' FROM pg_tables WHERE schemaname = current_schema(); INSERT INTO schema_object SELECT 'view ' || viewname, '' FROM pg_views WHERE schemaname = current_schema()"
            : Script("sqlite") + Bytes().Replace(Script("rows"), "x'$1'") + "INSERT INTO schema_object SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema");
    }

    /// <summary>The store, as users name one.</summary>
    public string Database { get; }

    /// <summary>A file beside it.</summary>
    public string this[string name] => directory[name];

    /// <summary>Changes the database past the store.</summary>
    public void Execute(string sql)
    {
        if (schema is not null)
        {
            schema.Execute(sql);
            return;
        }

        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>All rows of a table of it, and of a view, as text.</summary>
    public List<string> Rows(string relation)
    {
        using var store = AccountingStore.OpenToRebuild(StoreAddress.Parse(Database));
        return store.With(d => RowsOf(d, relation));
    }

    /// <summary>All rows of a table, and of a view, as text.</summary>
    public static List<string> RowsOf(StoreDatabase database, string sql)
    {
        using var command = database.Command(sql);
        using var row = command.ExecuteReader();
        var rows = new List<string>();
        while (row.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : row.GetValue(i).ToString())));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    public void Dispose()
    {
        schema?.Dispose();
        directory.Dispose();
    }

    private static string Script(string name)
    {
        using var stream = typeof(OldStore).Assembly.GetManifestResourceStream($"Version8.{name}.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{bytes:([0-9a-f]*)\}")]
    private static partial Regex Bytes();
}
