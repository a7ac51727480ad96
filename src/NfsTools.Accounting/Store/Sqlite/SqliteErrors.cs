using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>What users are told where an SQLite store cannot be used.</summary>
/// <param name="name">What they are told the store is.</param>
internal sealed class SqliteErrors(string name)
{
    /// <summary>What to do where the disk is full.</summary>
    public const string MakeRoom = "Make room: the store is unharmed, and collecting goes on where it was.";

    /// <summary>What an error of SQLite means for the store, and what to do.</summary>
    public Exception Explain(SqliteException error)
    {
        var code = error.SqliteErrorCode;
        if (code == raw.SQLITE_INTERRUPT)
        {
            return new OperationCanceledException($"{name}: reading was interrupted.", error);
        }

        var (what, remedy) = code switch
        {
            raw.SQLITE_FULL => ("the disk is full", MakeRoom),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => ("another process keeps the store locked", "Find it with fuser(1) on the file, or wait for it to end."),
            raw.SQLITE_NOTADB => ("the file is no SQLite database", "Name the file that \"nfstools collect --store\" wrote, or another one for a new store."),
            raw.SQLITE_CORRUPT => ("the database is damaged", "Restore it from a backup, or collect anew into another file from the logs."),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN =>
                ("the database cannot be opened or written", "Check the owner and mode of the file and of its directory: SQLite keeps -wal and -shm files beside it."),
            raw.SQLITE_IOERR => ("the disk reported an error", "Look at the system log; the store goes on where it was once the disk answers."),
            _ => ("the database reported an error", "Run \"nfstools verify --store\" on it."),
        };
        var message = $"{name}: {what} ({error.Message}).";
        return code is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_IOERR
            ? new StoreUnavailableException(message, remedy, error)
            : new NfsToolsException(message, remedy, error);
    }

    /// <summary>The store that was opened is no longer what its name leads to; for good, as another file of the name is another store.</summary>
    public StoreGoneException Gone() => new(
        $"{name}: the store was deleted, moved or replaced while it was in use.",
        "Put its files back (the -wal file too, if there was one), or begin with another store: the logs that are there still are read again. Stop its collector before you touch them.");

    /// <summary>Another collector has the store.</summary>
    public NfsToolsException InUse(string by) => new(
        $"{name}: another collector is at work on this store{by}.",
        "Let it go on, or stop it first: one collector writes an SQLite file. Nodes that are to stand in for each other share a PostgreSQL database.");

    /// <summary>The file cannot be opened.</summary>
    public NfsToolsException NotOpened(IOException reason) =>
        new($"{name}: the store cannot be opened: {reason.Message.TrimEnd('.')}.", "Name the file that \"nfstools collect --store\" wrote; check its owner and mode, and those of its directory.", reason);

    /// <summary>The file cannot be made.</summary>
    public NfsToolsException NotCreated(Exception reason) =>
        new($"{name}: the store cannot be created: {reason.Message}", "Name a file in a directory that exists and that you may write to.", reason);

    /// <summary>The journal of a store at which a collector is at work may not be read, or is elsewhere.</summary>
    public NfsToolsException JournalNotRead(bool isThere) => isThere
        ? new($"{name}: the store may be read, but not its -wal and -shm files.", "Its collector gives them the store's mode and group within seconds, if it is their owner: run it again.")
        : new($"{name}: a collector is at work on this store, by another name of its file, where its journal is.", "Read it by the name that the collector has for it.");

    /// <summary>The file has a second name.</summary>
    public NfsToolsException LinkedTwice(string path) => new(
        $"{name}: the store has another name as well (a hard link), under which its journal is not found.",
        $"Find it with find(1), -samefile {path}, and remove it; \"nfstools backup\" makes a copy.");
}
