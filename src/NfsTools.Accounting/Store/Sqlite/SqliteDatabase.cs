using System.Data.Common;
using Microsoft.Data.Sqlite;
using NfsTools.Coordination;
using NfsTools.Interop;
using SQLitePCL;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>An SQLite file.</summary>
internal sealed class SqliteDatabase : StoreDatabase
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

    public override StoreHold Hold()
    {
        if (isGone)
        {
            throw errors.Gone();
        }

        var beside = $"{path}.lock";
        SharedLock? named;
        try
        {
            named = SharedLock.TryAcquire(beside, out var holder, new LockOptions { Purpose = "collecting" }) ?? throw errors.InUse(holder is null ? "" : $": {holder}");
        }
        catch (NfsToolsException e) when (e.InnerException is IOException { HResult: Libc.NoSpace or Libc.QuotaExceeded } reason)
        {
            throw new StoreUnavailableException($"{name}: the disk is full ({reason.Message}).", SqliteErrors.MakeRoom, e);
        }
        catch (NfsToolsException e) when (e.InnerException is IOException reason && !NativeFile.Exists(beside) && !NativeFile.Exists(path))
        {
            throw errors.NotCreated(reason);
        }

        try
        {
            return new StoreHold(named, Lock());
        }
        catch
        {
            named.Dispose();
            throw;
        }
    }

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
                ? "PRAGMA page_size = 8192; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL"
                : "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
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

    public override void Confirm()
    {
        if (!writes)
        {
            ConfirmRest();
            return;
        }

        try
        {
            isGone = isGone || StoreFile.IdentityOf(name) != file!.Identity || !journal.AreSame();
            journal.Share();
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException($"{name}: its file system does not answer ({e.Message.TrimEnd('.')}).", "Collecting goes on where it was once it does.", e);
        }

        if (isGone)
        {
            throw errors.Gone();
        }
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

    public override IStoreRows Rows(string sql) => new Statement(connection, sql);

    /// <summary>Whether a name leads to the file.</summary>
    /// <exception cref="IOException">The file system did not answer.</exception>
    public bool Is(string other) => StoreFile.IdentityOf(other) == file!.Identity;

    /// <summary>Copies the store as it is now into a file that needs no journal; what was begun is left there where it fails.</summary>
    /// <param name="target">The file, which is not there.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="SqliteException">The store cannot be read.</exception>
    public void CopyInto(string target, CancellationToken cancellation)
    {
        // With a snapshot a commit meanwhile does not have it begin again.
        using var snapshot = BeginSnapshot();
        _ = CountTables();
        StoreFile.Create(target);
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = SqliteName.Of(target), Mode = SqliteOpenMode.ReadWrite, Pooling = false, Vfs = WithoutLocks }.ToString());
        try
        {
            copy.Open();
            using var command = copy.CreateCommand();
            command.CommandText = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";
            command.ExecuteNonQuery();
            using (var backup = raw.sqlite3_backup_init(copy.Handle!, "main", connection.Handle!, "main"))
            {
                int result;
                do
                {
                    cancellation.ThrowIfCancellationRequested();
                    result = raw.sqlite3_backup_step(backup, PagesAtOnce);
                }
                while (result == raw.SQLITE_OK);
                SqliteException.ThrowExceptionForRC(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result, result is raw.SQLITE_CORRUPT or raw.SQLITE_BUSY ? connection.Handle : copy.Handle);
            }

            command.CommandText = "PRAGMA journal_mode = DELETE";
            command.ExecuteNonQuery();
            ConfirmRest();
        }
        catch (SqliteException e) when (e.SqliteErrorCode is not (raw.SQLITE_CORRUPT or raw.SQLITE_BUSY))
        {
            throw new IOException(raw.sqlite3_errstr(e.SqliteErrorCode).utf8_to_string(), e);
        }
    }

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

    // A store whose journal is empty holds all that was committed. Where SQLite would have to make the journal's files to read it,
    // which a reader may not be allowed to, or which the collector may not be allowed to write to then, it is read as a file that
    // stands still.
    private bool IsAtRest()
    {
        rest = null;
        if (!file!.HasWriteAheadLog || !journal.AreEmpty || journal.AreReadable)
        {
            return false;
        }

        if (file.IsLocked())
        {
            throw errors.JournalNotRead(journal.AreThere);
        }

        rest = FileStatus.Of(path);
        return true;
    }

    private void ConfirmRest()
    {
        if (rest is not null && (!journal.AreEmpty || FileStatus.Of(path) != rest))
        {
            throw new StoreUnavailableException($"{name}: a collector has begun to write to the store while it was read.", "Run it again: a store that is written to can be read too.");
        }
    }

    private StoreFile Lock()
    {
        var used = Use();
        try
        {
            return used.TryLock() ? used : throw errors.InUse(", by another name of its file");
        }
        catch (Exception e)
        {
            used.Leave();
            throw e is IOException reason ? errors.NotOpened(reason) : e;
        }
    }

    // SQLite keeps its journal beside the name it is given: by another name of the file nobody finds it, and both harm the file.
    private StoreFile Use()
    {
        try
        {
            if (writes && !NativeFile.Exists(path))
            {
                Create();
            }

            var used = StoreFile.Use(path);
            if (!writes || FileStatus.Of(path) is not { Links: > 1 })
            {
                return used;
            }

            used.Leave();
        }
        catch (IOException e)
        {
            throw errors.NotOpened(e);
        }

        throw errors.LinkedTwice(path);
    }

    // SQLite does so itself with a file that is where it was. One that was moved is whole then, and one that took its name is not
    // taken for the one that the journal belongs to.
    private void PutJournalAway()
    {
        try
        {
            Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // It is read: then it stays beside the store's old name.
        }
    }

    private void Create()
    {
        try
        {
            StoreFile.Create(path);
        }
        catch (IOException e)
        {
            throw errors.NotCreated(e);
        }
    }

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
