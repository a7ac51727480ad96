using System.Reflection;
using System.Text.RegularExpressions;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>The store's tables and views (Schema/schema.sql), and which version of them a store has.</summary>
internal static partial class StoreSchema
{
    /// <summary>The version this program writes.</summary>
    public const int Version = 9;

    // No older one was ever released: nothing is kept for what they have.
    private const int Oldest = 9;
    private const string Versions = "schema_migration";

    // Tables that no byte of a log says anything of, and the bytes themselves.
    private static readonly string[] Kept = ["rebuild", "schema_object", "zone", "zone_offset", "cluster", "generation", "segment", "log_archives", "lease", "node"];

    // Tables and views.
    private static readonly string[] Relations = [Versions, .. Created().Matches(Script()).Select(m => m.Groups[1].Value)];

    /// <summary>Creates the schema where there is none; refuses one of another version.</summary>
    /// <param name="database">The store.</param>
    /// <param name="create">Whether it is made where it is not there.</param>
    /// <param name="timeZone">The time zone its days are to be of; null for UTC, and for whatever they are of where it is there.</param>
    /// <exception cref="NfsToolsException">The store is newer or older, or no store of this kind, or of days of another time zone.</exception>
    public static void Prepare(StoreDatabase database, bool create, string? timeZone = null)
    {
        PrepareTables(database, create, timeZone);
        database.Calendar = StoreCalendar.Read(database);
        if (timeZone is not null && timeZone != database.Calendar.TimeZone)
        {
            throw new NfsToolsException(
                $"{database.Name}: the days of this store are those of {database.Calendar.TimeZone}, not of {timeZone}.",
                "Leave the time zone out, or collect into another store: it is chosen when a store is made.");
        }
    }

    private static void PrepareTables(StoreDatabase database, bool create, string? timeZone)
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
                $"{database.Name}: this store was written by an older NfsTools (schema version {found}), whose tables are not today's.",
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
            var calendar = DayCalendar.Of(timeZone ?? DayCalendar.UtcName);
            database.Execute(database.Expand(JobSql.Expand(Script(), calendar)));
            StoreCalendar.Write(database, calendar);
            database.Execute($"INSERT INTO main.{Versions} VALUES ({Version}, {database.Clock} / 1000)");
            KeepDefinitions(database);
        }

        transaction.Commit();
    }

    /// <summary>The tables that follow from the kept bytes.</summary>
    public static IEnumerable<string> DerivedTables => Statements().Select(s => Table().Match(s)).Where(m => m.Success).Select(m => m.Groups[1].Value).Except(Kept);

    /// <summary>Replaces what the derived tables hold by what those of another store do, and makes indexes and views anew.</summary>
    /// <param name="database">The store, in a transaction.</param>
    /// <param name="fresh">What stands before a table of the other store.</param>
    public static void Refill(StoreDatabase database, string fresh)
    {
        var statements = Statements().Select(s => database.Expand(JobSql.Expand(s, database.Calendar))).ToList();
        foreach (var index in Statements().Select(s => Index().Match(s)).Where(m => m.Success).Select(m => m.Groups[1].Value))
        {
            database.Execute($"DROP INDEX IF EXISTS main.{index}");
        }

        foreach (var table in DerivedTables)
        {
            using (var delete = database.Command($"DELETE FROM main.{table}"))
            using (var copy = database.Command($"INSERT INTO main.{table} SELECT * FROM {fresh}{table}"))
            {
                (delete.CommandTimeout, copy.CommandTimeout) = (0, 0);
                delete.ExecuteNonQuery();
                copy.ExecuteNonQuery();
            }
        }

        foreach (var (table, column) in Statements().Select(s => Numbered().Match(s)).Where(m => m.Success).Select(m => (m.Groups[1].Value, m.Groups[2].Value)).Where(n => !Kept.Contains(n.Item1)))
        {
            database.GoOnNumbering(table, column);
        }

        foreach (var view in Statements().Select(s => View().Match(s)).Where(m => m.Success).Select(m => m.Groups[1].Value).Reverse())
        {
            database.Execute($"DROP VIEW IF EXISTS main.{view}");
        }

        foreach (var (i, statement) in Statements().Index().Where(s => Index().IsMatch(s.Item) || View().IsMatch(s.Item)))
        {
            using var make = database.Command(statements[i]);
            make.CommandTimeout = 0;
            make.ExecuteNonQuery();
        }

        database.Execute("DELETE FROM main.schema_object");
        KeepDefinitions(database);
        database.Execute("UPDATE main.rebuild SET times = times + 1");
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

    private static void KeepDefinitions(StoreDatabase database)
    {
        var made = Relations.Select(r => $"table {r}").Concat(Relations.Select(r => $"view {r}")).ToHashSet();
        foreach (var (name, definition) in database.Definitions().Where(d => made.Contains(d.Key) || d.Key.StartsWith("index ", StringComparison.Ordinal)))
        {
            database.Execute("INSERT INTO main.schema_object (name, definition) VALUES (@p0, @p1)", name, definition);
        }
    }

    private static List<string> Statements() => [.. Script().Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

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

    [GeneratedRegex(@"CREATE TABLE main\.(\w+)")]
    private static partial Regex Table();

    [GeneratedRegex(@"CREATE VIEW main\.(\w+)")]
    private static partial Regex View();

    [GeneratedRegex(@"CREATE (?:UNIQUE )?INDEX (\w+)")]
    private static partial Regex Index();

    [GeneratedRegex(@"CREATE TABLE main\.(\w+) \(\s+(\w+) \{id\}")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"CREATE (?:TABLE|VIEW) main\.(\w+)")]
    private static partial Regex Created();
}
