using System.Reflection;
using Microsoft.Data.Sqlite;

namespace NfsTools.Accounting.Store;

/// <summary>The store's tables, made and brought up to date by numbered migrations (Schema/001.sql ...).</summary>
internal static class StoreSchema
{
    /// <summary>The version this program writes.</summary>
    public const int Version = 1;

    /// <summary>Creates or upgrades the schema; refuses one that a newer program made.</summary>
    /// <exception cref="NfsToolsException">The store is newer, or no store of this kind.</exception>
    public static void Prepare(SqliteConnection connection, string path, bool create)
    {
        var found = FoundVersion(connection, path);
        if (found > Version)
        {
            throw new NfsToolsException(
                $"{path}: the store has schema version {found}, this program knows versions up to {Version}.",
                "Use the NfsTools version that wrote it, or a newer one.");
        }

        if (found == Version)
        {
            return;
        }

        if (!create)
        {
            throw new NfsToolsException(
                found == 0 ? $"{path}: this is no accounting store." : $"{path}: the store has the older schema version {found}.",
                found == 0 ? "Name the file that \"nfstools collect --store\" wrote." : "Run \"nfstools collect\" on it once: that upgrades it.");
        }

        // Another process may be creating it too: whoever comes second finds it done.
        using var transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, "CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)");
        for (var version = AppliedVersion(connection) + 1; version <= Version; version++)
        {
            Execute(connection, Script(version));
            Execute(connection, $"INSERT INTO schema_migration VALUES ({version}, unixepoch())");
        }

        transaction.Commit();
    }

    private static int FoundVersion(SqliteConnection connection, string path)
    {
        if (Scalar(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migration'") > 0)
        {
            return AppliedVersion(connection);
        }

        return Scalar(connection, "SELECT count(*) FROM sqlite_schema") == 0
            ? 0
            : throw new NfsToolsException($"{path}: this database belongs to another program.", "Name another file for the store.");
    }

    private static int AppliedVersion(SqliteConnection connection) => (int)Scalar(connection, "SELECT coalesce(max(version), 0) FROM schema_migration");

    private static string Script(int version)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"NfsTools.Schema.{version:000}.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
