using Microsoft.Data.Sqlite;
using NfsTools.Accounting.Store.Sqlite;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Accounting.Store;

/// <summary>Copies of SQLite stores, each as the store was at one moment, whether a collector writes to it meanwhile or not.</summary>
public static class StoreBackup
{
    /// <summary>What it is to replace a copy, for who is asked for it.</summary>
    public const string ForceHelp = "Replace a file that is there; a store that is in use is never replaced.";

    private const string What = "copy of the store";

    /// <summary>Refuses what a user wrote for a copy where it is meant for a database server: a file of that name would be in nobody's mind.</summary>
    /// <exception cref="NfsToolsException">It is; the message shows no value of it.</exception>
    public static void RequireFile(string written)
    {
        if (StoreAddress.NamesServer(written))
        {
            throw new NfsToolsException(
                "The copy of a store is an SQLite file, and what is named for it is meant for a PostgreSQL database.",
                "Name a file to be made; write one that is called so with \"./\" before it.");
        }
    }

    /// <summary>
    /// Copies a store into a file of its own, for its owner alone, which needs no journal beside it: a store again, or one to keep. It
    /// is made beside its place as that with a unique ending and .tmp behind, made durable, and appears whole or not at all.
    /// </summary>
    /// <param name="store">The store, by whatever version it was written.</param>
    /// <param name="target">The copy, absolute.</param>
    /// <param name="force">Replace a file that is there; never the store itself, nor a database that is in use.</param>
    /// <param name="cancellation">Ends it, and leaves nothing behind.</param>
    /// <returns>The size of the copy in bytes.</returns>
    /// <exception cref="NfsToolsException">It is no SQLite store, cannot be read, or the file is there or cannot be written.</exception>
    public static long Write(StoreAddress store, string target, bool force = false, CancellationToken cancellation = default)
    {
        if (store.IsServer)
        {
            throw new NfsToolsException($"{store.Name}: this is a PostgreSQL database, which its own tools copy.", "Use pg_dump(1), e.g. \"pg_dump --format custom --file copy.dump\" with its host, database and schema, and pg_restore(1) to bring it back.");
        }

        using var database = store.Existing().Connect(writes: false) as SqliteDatabase ?? throw new InvalidOperationException();
        try
        {
            database.Open();
            StoreSchema.RequireStore(database);
            MadeFile.Check(target, What, database, force);
            var size = 0L;
            WholeFile.Make(target, What, force, made =>
            {
                database.CopyInto(made, cancellation);
                size = FileStatus.Of(made)!.Value.Size;
            });
            return size;
        }
        catch (SqliteException e)
        {
            throw database.Explain(e);
        }
    }
}
