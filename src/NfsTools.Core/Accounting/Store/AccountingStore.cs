using Microsoft.Data.Sqlite;
using NfsTools.Accounting.Formats;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>A database of accounting records: an SQLite file. Not thread safe; open it once for each thread.</summary>
public sealed class AccountingStore : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly TimeProvider time;
    private StoreWriter? writer;
    private FollowedRecords? followed;

    static AccountingStore()
    {
        SQLitePCL.Batteries_V2.Init();

        // Each connection is used by one thread at a time, and nobody asks for memory statistics: no locks for either.
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private AccountingStore(SqliteConnection connection, string path, TimeProvider time)
    {
        this.connection = connection;
        this.time = time;
        Path = path;
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>Opens the store to write into it; creates it, readable by its owner alone, or upgrades its schema.</summary>
    /// <exception cref="NfsToolsException">The file cannot be opened, belongs to another program or is newer.</exception>
    public static AccountingStore OpenToWrite(string path, TimeProvider? time = null)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }

        return Open(path, SqliteOpenMode.ReadWrite, time);
    }

    /// <summary>Opens the store to read from it, also while a collector writes.</summary>
    /// <exception cref="NfsToolsException">The file is not there, cannot be opened or is no store.</exception>
    public static AccountingStore OpenToRead(string path, TimeProvider? time = null) => File.Exists(path)
        ? Open(path, SqliteOpenMode.ReadOnly, time)
        : throw new NfsToolsException($"{path}: there is no such store.", "Name the file that \"nfstools collect --store\" wrote.");

    /// <summary>How far a store has read each log, for who reads on; where several clusters have a generation, by the one that has read least of it.</summary>
    /// <exception cref="NfsToolsException">The file is not there, cannot be opened or is no store.</exception>
    public static IReadOnlyList<LogGeneration> PositionsIn(string path)
    {
        using var store = OpenToRead(path);
        return [.. store.Guard(() => StoreQuery.LoadGenerations(store.connection)).GroupBy(g => (g.Fingerprint, g.Variant)).Select(same => same.MinBy(g => g.Position)!)];
    }

    /// <summary>The jobs a filter lets through, in the order of their ends.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IEnumerable<JobRecord> Query(JobFilter filter)
    {
        using var rows = Guard(() => StoreQuery.Jobs(connection, filter)).GetEnumerator();
        while (Guard(rows.MoveNext))
        {
            yield return rows.Current;
        }
    }

    /// <summary>The metrics of the jobs a filter lets through, one for each combination of the keys; one in all without keys.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IReadOnlyList<JobMetrics> Report(JobFilter filter, IReadOnlyList<JobKey> by) => Guard(() => StoreQuery.Report(connection, filter, by));

    /// <summary>Proves that every byte of every generation is accounted for, or says what is not.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public StoreVerification Verify() => Guard(() => StoreVerifier.Verify(connection));

    /// <summary>What was read of each generation.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IReadOnlyList<GenerationStatus> Generations() => Guard(() => StoreQuery.Generations(connection));

    /// <summary>What could not be read, oldest first.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IReadOnlyList<RejectedRecord> Rejects() => Guard(() => StoreQuery.Rejects(connection));

    /// <summary>
    /// Stores records from a pipeline. A record the store has already is passed over, so adding the same records again changes
    /// nothing. Records of a followed log (<see cref="LogLineReader"/>) that go on where the store is move the log's position
    /// with them, in one transaction.
    /// </summary>
    /// <param name="records">The records, each with its cluster, in their order.</param>
    /// <param name="conflicts">Receives records whose key another record in the store has: they are not stored, or as rejects of their log.</param>
    /// <returns>How many records were new.</returns>
    /// <exception cref="NfsToolsException">The database cannot be written; what was not stored can be added again.</exception>
    public long Add(IReadOnlyCollection<AccountingRecord> records, ICollection<AccountingRecord> conflicts) => (followed ??= new FollowedRecords(this)).Add(records, conflicts);

    /// <summary>
    /// Ends what another thread is reading from the store just now, which throws <see cref="OperationCanceledException"/> there.
    /// The one call that may come from another thread; not once the store is disposed.
    /// </summary>
    public void Interrupt() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle!);

    /// <inheritdoc/>
    public void Dispose()
    {
        writer?.Dispose();
        connection.Dispose();
    }

    /// <summary>Stores records without a place.</summary>
    internal long AddPlaceless(IReadOnlyCollection<AccountingRecord> records, ICollection<AccountingRecord> conflicts) => Guard(() => Writer().Add(records, conflicts).Records);

    internal CommitResult Commit(CommitBatch batch, ICollection<AccountingRecord>? conflicts = null) => Guard(() => Writer().Commit(batch, conflicts));

    /// <summary>Reads again what an older reader rejected.</summary>
    /// <returns>How many rejects are records now.</returns>
    internal long RetryRejects(string cluster, IRecordFormat format) => Guard(() => Writer().RetryRejects(cluster, format));

    internal List<LogGeneration> LoadGenerations(string cluster, string format) => Guard(() => StoreQuery.LoadGenerations(connection, cluster, format));

    private static void Create(string path)
    {
        try
        {
            // SQLite gives its journal files the mode of the database.
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process created it just now.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{path}: the store cannot be created: {e.Message}", "Name a file in a directory that exists and that you may write to.", e);
        }
    }

    private static AccountingStore Open(string path, SqliteOpenMode mode, TimeProvider? time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        var store = new AccountingStore(connection, path, time ?? TimeProvider.System);
        try
        {
            store.Guard(() =>
            {
                connection.Open();
                store.Execute("PRAGMA busy_timeout = 30000");
                if (mode == SqliteOpenMode.ReadWrite)
                {
                    // A row that was committed and lost in a power failure is read again from the log: its position went with it.
                    store.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000");
                }

                store.Execute("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
                StoreSchema.Prepare(connection, path, create: mode == SqliteOpenMode.ReadWrite);
                return true;
            });
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private StoreWriter Writer() => writer ??= new StoreWriter(connection, time);

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Turns what SQLite reports into errors that say what to do.</summary>
    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException($"{Path}: reading was interrupted.", e);
        }
        catch (SqliteException e)
        {
            var (what, remedy) = e.SqliteErrorCode switch
            {
                SQLitePCL.raw.SQLITE_FULL => ("the disk is full", "Make room and start again: the store is unharmed and goes on where it was."),
                SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => ("another process keeps the store locked", "Find it with fuser(1) on the file, or wait for it to end."),
                SQLitePCL.raw.SQLITE_NOTADB => ("the file is no SQLite database", "Name the file that \"nfstools collect --store\" wrote, or another one for a new store."),
                SQLitePCL.raw.SQLITE_CORRUPT => ("the database is damaged", "Restore it from a backup, or collect anew into another file from the logs."),
                SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_CANTOPEN =>
                    ("the database cannot be opened or written", "Check the owner and mode of the file and of its directory: SQLite keeps -wal and -shm files beside it."),
                SQLitePCL.raw.SQLITE_IOERR => ("the disk reported an error", "Look at the system log; the store goes on where it was once the disk answers."),
                _ => ("the database reported an error", "Run \"nfstools verify --store\" on it."),
            };
            throw new NfsToolsException($"{Path}: {what} ({e.Message}).", remedy, e);
        }
    }
}
