using System.Reflection;
using System.Text.RegularExpressions;

namespace NfsTools.Accounting.Store;

/// <summary>The store's tables, made and brought up to date by numbered migrations (Schema/001.sql ...).</summary>
internal static partial class StoreSchema
{
    /// <summary>The version this program writes.</summary>
    public const int Version = 6;

    private const string Migrations = "schema_migration";

    // Tables and views of the newest version.
    private static readonly string[] Relations =
        [Migrations, .. Enumerable.Range(1, Version).SelectMany(v => Created().Matches(Script(v))).Select(m => m.Groups[1].Value).Distinct()];

    /// <summary>Creates or upgrades the schema; refuses one that a newer program made.</summary>
    /// <exception cref="NfsToolsException">The store is newer, or no store of this kind.</exception>
    public static void Prepare(StoreDatabase database, bool create)
    {
        database.CheckOwners(Relations);
        var found = FoundVersion(database);
        if (found > Version)
        {
            throw new NfsToolsException(
                $"{database.Name}: the store has schema version {found}, this program knows versions up to {Version}.",
                "Use the NfsTools version that wrote it, or a newer one.");
        }

        if (found == Version)
        {
            return;
        }

        if (!create)
        {
            throw found == 0 ? NoStore(database)
                : new NfsToolsException($"{database.Name}: the store has the older schema version {found}.", "Run \"nfstools collect\" on it once: that upgrades it.");
        }

        // Another process may be creating it too: whoever comes second finds it done.
        using var transaction = database.BeginSchemaChange();
        database.CheckOwners(Relations);
        if (database.CountTables(Migrations) == 0)
        {
            database.Execute($"CREATE TABLE main.{Migrations} (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)");
        }

        for (var version = AppliedVersion(database) + 1; version <= Version; version++)
        {
            database.Execute(database.Expand(Script(version)));
            database.Execute($"INSERT INTO main.{Migrations} VALUES ({version}, {database.Clock} / 1000)");
        }

        transaction.Commit();
    }

    /// <summary>Refuses what is no store, of whatever version.</summary>
    /// <exception cref="NfsToolsException">It is none.</exception>
    public static void RequireStore(StoreDatabase database)
    {
        if (FoundVersion(database) == 0)
        {
            throw NoStore(database);
        }
    }

    private static NfsToolsException NoStore(StoreDatabase database) => database.WhyEmpty is { } why
        ? new($"{database.Name}: this is no accounting store: {why}.", "Copy a store with \"nfstools backup\": cp leaves out what is in the -wal file.")
        : new($"{database.Name}: this is no accounting store.", "Name the store that \"nfstools collect --store\" wrote.");

    private static long FoundVersion(StoreDatabase database) =>
        // In this order: another process may commit the schema between the two questions.
        database.CountTables() == 0 ? 0
        : database.CountTables(Migrations) > 0 ? AppliedVersion(database)
        : throw new NfsToolsException($"{database.Name}: this database belongs to another program.", "Name another one for the store.");

    private static long AppliedVersion(StoreDatabase database) => database.Scalar($"SELECT coalesce(max(version), 0) FROM main.{Migrations}") ?? 0;

    private static string Script(long version)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"NfsTools.Schema.{version:000}.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"(?:CREATE (?:TABLE|VIEW) main\.|\{view:)(\w+)")]
    private static partial Regex Created();
}
