using System.Reflection;
using System.Text.RegularExpressions;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>The store's tables and views (Schema/schema.sql), and which version of them a store has.</summary>
internal static partial class StoreSchema
{
    /// <summary>The version this program writes.</summary>
    public const int Version = 14;

    // What is older keeps no bytes, or others: it cannot be rebuilt.
    private const int Oldest = 8;
    private const string Versions = "schema_migration";
    private const string Bytes = "segment";

    // Tables that no byte of a log says anything of: their rows are what is known of logs and collectors.
    private static readonly string[] Carried = ["cluster", "generation", "log_archives", "answer", "lease", "node"];

    // What changes what others write or see: none that was not made with the store is the store's.
    private static readonly string[] Foreign = ["trigger ", "constraint ", "rule ", "policy "];

    // What is written with the schema.
    private static readonly string[] Own = ["rebuild", "schema_object", "zone", "zone_offset"];

    // Tables and views.
    private static readonly string[] Relations = [Versions, .. Created().Matches(Script()).Select(m => m.Groups[1].Value)];

    /// <summary>Creates the schema where there is none; refuses one of another version.</summary>
    /// <param name="database">The store.</param>
    /// <param name="create">Whether it is made where it is not there.</param>
    /// <param name="timeZone">The time zone its days are to be of; null for UTC, and for whatever they are of where it is there.</param>
    /// <param name="toRebuild">Whether an older one will do, of those that can be rebuilt.</param>
    /// <exception cref="NfsToolsException">The store is newer or older, or no store of this kind, or of days of another time zone.</exception>
    public static void Prepare(StoreDatabase database, bool create, string? timeZone = null, bool toRebuild = false)
    {
        database.SchemaVersion = PrepareTables(database, create, timeZone, toRebuild);
        database.Calendar = StoreCalendar.Read(database);
        if (timeZone is not null && timeZone != database.Calendar.TimeZone)
        {
            throw new NfsToolsException(
                $"{database.Name}: the days of this store are those of {database.Calendar.TimeZone}, not of {timeZone}.",
                "Leave the time zone out, or change the store's with \"nfstools rebuild --timezone\" (Update-AccountingStore -TimeZone).");
        }
    }

    private static long PrepareTables(StoreDatabase database, bool create, string? timeZone, bool toRebuild)
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

        if (found is >= Oldest and < Version && !toRebuild)
        {
            throw new NfsToolsException(
                $"{database.Name}: the store has schema version {found}, of an older NfsTools; this program's is {Version}.",
                "Stop its collectors and run \"nfstools rebuild\" (Update-AccountingStore): it makes today's tables from the bytes that the store keeps. Until then the program that wrote it can read it.");
        }

        if (found > 0)
        {
            return found;
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
            RowSeal.WriteAll(database);
        }

        transaction.Commit();
        return Version;
    }

    /// <summary>The tables that follow from the kept bytes.</summary>
    public static IEnumerable<string> DerivedTables => Statements().Select(s => Table().Match(s)).Where(m => m.Success).Select(m => m.Groups[1].Value).Except([.. Own, .. Carried, Bytes]);

    /// <summary>
    /// Makes all tables, indexes and views anew, whatever version they are of. What follows from the kept bytes comes from another store,
    /// the rest is carried over; the bytes themselves stay where they are unless their table is another one now.
    /// </summary>
    /// <param name="database">The store, in a transaction.</param>
    /// <param name="fresh">What stands before a table of the other store, which is of today's version.</param>
    /// <param name="calendar">The days that the store is to have.</param>
    public static void Replace(StoreDatabase database, string fresh, DayCalendar calendar)
    {
        var carried = Carried.Where(t => database.CountTables(t) > 0).Select(t => (Table: t, Rows: CarriedRows.Read(database, t))).ToList();
        var rebuilds = database.SchemaVersion < Version ? 0 : database.Scalar("SELECT rebuilds FROM main.rebuild") ?? 0;
        string[] staying = database.Scalar($"SELECT count(*) FROM main.schema_object m JOIN {fresh}schema_object f ON f.name = m.name AND f.definition = m.definition WHERE m.name = 'table {Bytes}'") > 0
            ? [Versions, Bytes] : [Versions];
        var rights = database.Rights();
        Drop(database, staying);
        (database.Calendar, database.SchemaVersion) = (calendar, Version);
        Run(database, s => !Index().IsMatch(s) && !View().IsMatch(s) && !(Table().Match(s) is { Success: true } made && staying.Contains(made.Groups[1].Value)));
        foreach (var table in DerivedTables.Append(Bytes).Except(staying))
        {
            Run(database, $"INSERT INTO main.{table} SELECT * FROM {fresh}{table}");
        }

        foreach (var (table, rows) in carried)
        {
            rows.Write(database, table);
        }

        StoreCalendar.Write(database, calendar);
        foreach (var (table, column) in Statements().Select(s => Numbered().Match(s)).Where(m => m.Success).Select(m => (m.Groups[1].Value, m.Groups[2].Value)))
        {
            database.GoOnNumbering(table, column);
        }

        Run(database, s => Index().IsMatch(s) || View().IsMatch(s));
        foreach (var (_, statement) in rights.Where(r => Relations.Contains(r.Relation)))
        {
            database.Execute(statement);
        }

        KeepDefinitions(database);
        database.Execute("UPDATE main.rebuild SET rebuilds = @p0", rebuilds + 1);
        database.Execute($"INSERT INTO main.{Versions} VALUES ({Version}, {database.Clock} / 1000) ON CONFLICT DO NOTHING");
        RowSeal.WriteAll(database);
    }

    /// <summary>What of the tables, indexes and views is not as it was made, a sentence each.</summary>
    public static IEnumerable<string> Differences(StoreDatabase database)
    {
        var made = Made(database);
        var found = database.Definitions();
        return
        [
            .. made.Where(m => !found.ContainsKey(m.Key)).Select(m => $"The {m.Key} is not there any more."),
            .. made.Where(m => found.TryGetValue(m.Key, out var now) && now != m.Value).Select(m => $"The {m.Key} is not what was made."),
            .. found.Keys.Where(f => Foreign.Any(k => f.StartsWith(k, StringComparison.Ordinal)) && !made.ContainsKey(f)).Select(f => $"The {f} is none of the store's."),
            .. database.MistypedColumns(Relations.Where(r => found.ContainsKey($"table {r}"))).Select(c => $"The column {c} has values of another type than its own."),
            .. Relations.Where(r => !made.ContainsKey($"table {r}") && !made.ContainsKey($"view {r}"))
                .Concat(Index().Matches(Script()).Select(m => m.Groups[1].Value).Where(i => !made.ContainsKey($"index {i}"))).Select(r => $"Nothing says any more how {r} was made."),
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

    // What an older version had and today's has not goes too. What was made last goes first: nothing that is left stands on it.
    private static void Drop(StoreDatabase database, string[] staying)
    {
        var made = Made(database).Keys.Concat(Relations.SelectMany(r => new[] { $"view {r}", $"table {r}" })).ToHashSet();
        foreach (var kind in new[] { "view", "table" })
        {
            foreach (var relation in database.Definitions().Keys.Where(k => made.Contains(k) && k.StartsWith(kind, StringComparison.Ordinal)).Select(k => k[(kind.Length + 1)..])
                .Except(staying).OrderByDescending(r => Array.IndexOf(Relations, r) is var at && at < 0 ? int.MaxValue : at))
            {
                Run(database, $"DROP {kind} main.{relation}");
            }
        }
    }

    private static void Run(StoreDatabase database, Func<string, bool> which)
    {
        foreach (var statement in Statements().Where(which))
        {
            Run(database, database.Expand(JobSql.Expand(statement, database.Calendar)));
        }
    }

    // However long it takes.
    private static void Run(StoreDatabase database, string statement)
    {
        using var command = database.Command(statement);
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    private static Dictionary<string, string> Made(StoreDatabase database)
    {
        var made = new Dictionary<string, string>();
        using var command = database.Command("SELECT name, definition FROM main.schema_object");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            made[row.GetString(0)] = row.GetString(1);
        }

        return made;
    }

    private static void KeepDefinitions(StoreDatabase database)
    {
        var made = Relations.Select(r => $"table {r}").Concat(Relations.Select(r => $"view {r}")).ToHashSet();
        foreach (var (name, definition) in database.Definitions().Where(d => made.Contains(d.Key) || d.Key.StartsWith("index ", StringComparison.Ordinal) || d.Key.StartsWith("constraint ", StringComparison.Ordinal)))
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
