using System.Reflection;
using System.Text.RegularExpressions;

namespace NfsTools.Accounting.Store;

/// <summary>The store's tables and views (Schema/schema.sql), and which version of them a store has.</summary>
internal static partial class StoreSchema
{
    /// <summary>The version this program writes.</summary>
    public const int Version = 7;

    // Stores of older versions kept no bytes of the logs: there is nothing to derive this one's rows from.
    private const int Oldest = 7;
    private const string Versions = "schema_migration";

    // Tables and views.
    private static readonly string[] Relations = [Versions, .. Created().Matches(Script()).Select(m => m.Groups[1].Value)];

    /// <summary>Creates the schema where there is none; refuses one of another version.</summary>
    /// <exception cref="NfsToolsException">The store is newer or older, or no store of this kind.</exception>
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

        if (found is > 0 and < Oldest)
        {
            throw new NfsToolsException(
                $"{database.Name}: this store was written by an older NfsTools (schema version {found}), which did not keep the bytes of the logs.",
                "Collect anew into another store: \"nfstools collect\" reads the logs and their archives from the beginning. Keep this one for what the logs no longer hold.");
        }

        if (found == Version)
        {
            return;
        }

        if (!create)
        {
            throw NoStore(database);
        }

        // Another process may be creating it too: whoever comes second finds it done.
        using var transaction = database.BeginSchemaChange();
        database.CheckOwners(Relations);
        if (database.CountTables(Versions) == 0)
        {
            database.Execute($"CREATE TABLE main.{Versions} (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)");
            database.Execute(database.Expand(JobSql.Expand(Script())));
            database.Execute($"INSERT INTO main.{Versions} VALUES ({Version}, {database.Clock} / 1000)");
            foreach (var (name, definition) in database.Definitions())
            {
                database.Execute("INSERT INTO main.schema_object (name, definition) VALUES (@p0, @p1)", name, definition);
            }
        }

        transaction.Commit();
    }

    /// <summary>What of the tables, indexes and views is not as it was made, a sentence each; a trigger changes what others write, and is none of the store's.</summary>
    public static IEnumerable<string> Differences(StoreDatabase database)
    {
        var made = new Dictionary<string, string>();
        using (var command = database.Command("SELECT name, definition FROM main.schema_object"))
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                made[row.GetString(0)] = row.GetString(1);
            }
        }

        var found = database.Definitions();
        return
        [
            .. made.Where(m => !found.ContainsKey(m.Key)).Select(m => $"The {m.Key} is not there any more."),
            .. made.Where(m => found.TryGetValue(m.Key, out var now) && now != m.Value).Select(m => $"The {m.Key} is not what was made."),
            .. found.Keys.Where(f => f.StartsWith("trigger ", StringComparison.Ordinal) && !made.ContainsKey(f)).Select(f => $"The {f} is none of the store's."),
            .. Relations.Where(r => !made.ContainsKey($"table {r}") && !made.ContainsKey($"view {r}")).Select(r => $"Nothing says any more how {r} was made."),
        ];
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
        : database.CountTables(Versions) > 0 ? AppliedVersion(database)
        : throw new NfsToolsException($"{database.Name}: this database belongs to another program.", "Name another one for the store.");

    private static long AppliedVersion(StoreDatabase database) => database.Scalar($"SELECT coalesce(max(version), 0) FROM main.{Versions}") ?? 0;

    private static string Script()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("NfsTools.Schema.schema.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"CREATE (?:TABLE|VIEW) main\.(\w+)")]
    private static partial Regex Created();
}
