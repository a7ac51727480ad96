using Microsoft.Data.Sqlite;
using NfsTools.Coordination;
using NfsTools.Interop;
using SQLitePCL;

namespace NfsTools.Accounting.Store.Sqlite;

/// <content>The file: who has it, whether it is the one that its name leads to, and copies of it.</content>
internal sealed partial class SqliteDatabase
{
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
}
