using NfsTools.Accounting.Store.Sqlite;
using NfsTools.Coordination;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Accounting.Store;

/// <summary>Where a file may be made of what a store has: over another file by force alone, and never over a store that is in use, or what belongs to one.</summary>
internal static class MadeFile
{
    private const string InUse = "Name another file, or stop what uses this one and remove its journal.";
    private static readonly string[] Journals = ["-wal", "-journal"];
    private static readonly string[] Beside = [.. Journals, "-shm", OwnFile.LockEnding];

    /// <summary>Refuses a place that must not be taken.</summary>
    /// <param name="target">The file, absolute.</param>
    /// <param name="what">What it is to be, for the error.</param>
    /// <param name="store">The store that it is made of.</param>
    /// <param name="force">Replace a file that is there.</param>
    /// <exception cref="NfsToolsException">The place is taken, or not to be asked about.</exception>
    public static void Check(string target, string what, StoreDatabase store, bool force)
    {
        try
        {
            if (Array.Find(Beside, e => target.EndsWith(e, StringComparison.Ordinal)) is { } ending && target[..^ending.Length] is var owner && FileStatus.Of(owner) is { IsRegular: true })
            {
                throw new NfsToolsException($"{target}: this name belongs to {owner}.", "Name another file.");
            }

            if (FileStatus.Of(target, follow: false) is not { } there)
            {
                RefuseJournal(target);
                return;
            }

            if (there.IsDirectory || PassingFile.Is(target))
            {
                throw new NfsToolsException($"{target}: this is {there.Kind}.", "Name a file to be made.");
            }

            if ((store as SqliteDatabase)?.Is(target) is true)
            {
                throw new NfsToolsException($"{target}: this is the store itself.", $"Name another file for its {what}.");
            }

            if (!force)
            {
                throw new NfsToolsException($"{target}: there is such a file.", "Name one that is not there; --force, in PowerShell -Force, replaces it.");
            }

            RefuseJournal(target);
            if (there.IsRegular && IsCollectedInto(target))
            {
                throw new NfsToolsException($"{target}: a collector is at work on the store of this name.", InUse);
            }
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{target}: the {what} cannot be written: {e.Message.TrimEnd('.')}.", "Name a file in a directory that exists and that you may write to.", e);
        }
    }

    // A file that takes the name of a database which is in use, or whose journal is there, would be read with a journal that is not its own.
    private static void RefuseJournal(string target)
    {
        foreach (var journal in Journals.Select(e => target + e).Where(j => FileStatus.Of(j) is { Size: > 0 }))
        {
            throw new NfsToolsException($"{journal}: this is the journal of another database, which would be taken for that of the new file.", InUse);
        }
    }

    private static bool IsCollectedInto(string target)
    {
        var file = StoreFile.Use(target);
        try
        {
            return file.IsLocked();
        }
        finally
        {
            file.Leave();
        }
    }
}
