using System.Data.Common;
using Microsoft.Data.Sqlite;
using NfsTools.Interop;
using SQLitePCL;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>An SQLite file.</summary>
internal sealed partial class SqliteDatabase : StoreDatabase
{
    private const int BusySeconds = 30;
    private const int PagesAtOnce = 1024;

    // For a file that nobody else knows of: one on a network file system may have no locks.
    private const string WithoutLocks = "unix-none";
    private readonly SqliteConnection connection;
    private readonly JournalFiles journal;
    private readonly SqliteErrors errors;
    private readonly string name;
    private readonly string path;
    private readonly bool writes;
    private readonly bool onNetwork;
    private StoreFile? file;
    private FileStatus? rest;
    private bool isGone;

    static SqliteDatabase()
    {
        Batteries_V2.Init();

        // Nobody asks for memory statistics: no lock for them. Connections keep theirs: a command that somebody forgot to dispose of is
        // ended by the thread that collects garbage, whatever its connection is doing then.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    /// <summary>Names a file.</summary>
    /// <param name="name">What users are told it is.</param>
    /// <param name="path">The file itself, behind symbolic links: whatever name it is reached by, its lock is the same.</param>
    /// <param name="writes">Whether it is written to; then it is made if it is not there.</param>
    /// <param name="onNetwork">Whether other hosts see it too: then what shares memory between processes is not used.</param>
    public SqliteDatabase(string name, string path, bool writes, bool onNetwork)
    {
        (this.name, this.path, this.writes, this.onNetwork) = (name, path, writes, onNetwork);
        journal = new JournalFiles(path);
        errors = new SqliteErrors(name);
        connection = new SqliteConnection(Settings(SqliteName.Of(path)));
    }

    public override string Name => name;

    public override DbConnection Connection => connection;

    public override bool IsShared => false;

    public override string Clock => "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    public override (string Greatest, string Least) Extremes => ("max", "min");

    public override string SkipLocked => "";

    public override string Like(string pattern, out string text)
    {
        text = pattern.Replace("[", "[[]", StringComparison.Ordinal);
        return "GLOB";
    }

    public override string DayText(string day) => $"date({day} * 86400, 'unixepoch')";

    public override string MonthText(string day) => $"strftime('%Y-%m', {day} * 86400, 'unixepoch')";

    public override bool Open()
    {
        if (connection.State == System.Data.ConnectionState.Open || isGone)
        {
            Confirm();
            return false;
        }

        file = Use();
        if (!writes)
        {
            connection.ConnectionString = Settings(IsAtRest() ? $"{SqliteName.Uri(path)}?immutable=1" : SqliteName.Of(path));
        }

        connection.Open();
        Execute($"PRAGMA busy_timeout = {BusySeconds}000");
        if (writes)
        {
            // A row that was committed and lost in a power failure is read again from the log: its position went with it.
            Execute(onNetwork
                ? "PRAGMA page_size = 16384; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL"
                : "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
            JournalFiles.Keep(connection);
        }

        Execute("PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY");
        return true;
    }

    public override void Close()
    {
        if (isGone && connection.State == System.Data.ConnectionState.Open)
        {
            PutJournalAway();
        }

        connection.Close();
        file?.Leave();
        file = null;
        journal.Forget();
    }

    public override string? WhyEmpty => file!.HasWriteAheadLog && journal.AreEmpty
        ? "it is a copy without the -wal file that held its records, or its first collector was stopped before it began"
        : null;

    public override long CountTables(string? name = null) => Scalar("SELECT count(*) FROM sqlite_schema WHERE name = coalesce(@p0, name)", name)!.Value;

    public override DbTransaction BeginSchemaChange() => BeginChange();

    public override DbTransaction BeginChange() => connection.BeginTransaction(deferred: false);

    public override DbTransaction BeginSnapshot() => connection.BeginTransaction(deferred: true);

    public override string MakeRoomBeside() => Beside;

    public override void ClearBeside()
    {
        foreach (var file in new[] { Beside, $"{Beside}-wal", $"{Beside}-shm", $"{Beside}-journal" })
        {
            NativeFile.Delete(file);
        }
    }

    public override IDisposable Attach(out string prefix)
    {
        prefix = "fresh.";
        Execute("ATTACH @p0 AS fresh", SqliteName.Of(Beside));
        return new Detachment(this);
    }

    // A change of rows does so itself.
    public override void LockOut()
    {
    }

    public override void GoOnNumbering(string table, string column)
    {
    }

    public override IReadOnlyDictionary<string, string> Definitions()
    {
        using var command = Command("SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'");
        using var row = command.ExecuteReader();
        var found = new Dictionary<string, string>();
        while (row.Read())
        {
            found[row.GetString(0)] = row.GetString(1);
        }

        return found;
    }

    // SQLite keeps whatever is put into a column: 5 as 5.5 or '5x' reads as 5 here, and is another value, or none, to a query.
    public override IReadOnlyList<string> MistypedColumns(IEnumerable<string> tables)
    {
        var found = new List<string>();
        foreach (var table in tables)
        {
            using var columns = Command("SELECT name, CASE type WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'blob' WHEN 'DOUBLE PRECISION' THEN 'real' ELSE 'integer' END FROM pragma_table_info(@p0)", table);
            using var names = columns.ExecuteReader();
            List<(string Name, string Type)> all = [];
            while (names.Read())
            {
                all.Add((names.GetString(0), names.GetString(1)));
            }

            using var values = Command($"SELECT {string.Join(", ", all.Select(c => $"max(typeof({Quoted(c.Name)}) NOT IN ('{c.Type}', 'null'))"))} FROM main.{table}");
            using var row = values.ExecuteReader();
            found.AddRange(row.Read() ? all.Where((_, i) => !row.IsDBNull(i) && row.GetInt64(i) > 0).Select(c => $"{table}.{c.Name}") : []);
        }

        return found;

        static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public override IStoreRows Rows(DbCommand command)
    {
        using (command)
        {
            return new Statement(connection, command.CommandText).Bind(command.Parameters);
        }
    }

    public override NumberedTexts Texts(string sql) => new(new Statement(connection, sql));

    public override StoreWriter CreateWriter() => new SqliteWriter(this, connection);

    public override void Interrupt()
    {
        if (connection.Handle is { } handle)
        {
            raw.sqlite3_interrupt(handle);
        }
    }

    public override Exception Explain(Exception error) => errors.Explain((SqliteException)error);

    // A view that names its file is none in a file that is attached to another one.
    public override string Expand(string script) => base.Expand(script).Replace("main.", "", StringComparison.Ordinal);

    public override void Dispose()
    {
        Close();
        connection.Dispose();
    }

    protected override string Expand(string name, string argument) => name switch
    {
        "id" => "INTEGER PRIMARY KEY",
        "repeated" => "TEXT NOT NULL UNIQUE",
        "bytes" => "BLOB",
        "seal" => RowSeal.Definition,
        "rowless" => " WITHOUT ROWID",
        "greatest" => Extremes.Greatest,
        "utc" => $"datetime({argument}, 'unixepoch')",
        // What is larger is a real of itself.
        "product" => argument.Replace(":", " * ", StringComparison.Ordinal),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private string Beside => $"{path}.rebuild";

    private string Settings(string source) => new SqliteConnectionStringBuilder
    {
        DataSource = source,
        Mode = writes ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadOnly,
        Pooling = false,
        DefaultTimeout = BusySeconds,
    }.ToString();

    private sealed class Detachment(SqliteDatabase database) : IDisposable
    {
        public void Dispose()
        {
            if (!database.isGone && database.connection.State == System.Data.ConnectionState.Open)
            {
                database.Execute("DETACH fresh");
            }
        }
    }
}
