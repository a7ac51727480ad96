using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using NfsTools.Interop;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>
/// The files that SQLite keeps beside a store with a write-ahead log: -wal and -shm. They stay when the store is closed, and are
/// readable for whom the store is: so who may read it needs no right to make them.
/// </summary>
internal sealed partial class JournalFiles(string path)
{
    // SQLITE_FCNTL_PERSIST_WAL.
    private const int PersistLog = 10;
    private const int MayRead = 4;
    private const uint Unchanged = uint.MaxValue;
    private readonly string[] names = [$"{path}-wal", $"{path}-shm"];
    private readonly (ulong Device, ulong Inode)?[] known = new (ulong, ulong)?[2];
    private (ushort Mode, uint Group)? shared;

    /// <summary>Whether nothing is in the log, so that the store's file holds all that was committed.</summary>
    public bool AreEmpty => FileStatus.Of(names[0]) is not { Size: > 0 };

    /// <summary>Whether both are there.</summary>
    public bool AreThere => Array.TrueForAll(names, NativeFile.Exists);

    /// <summary>Whether both are there and may be read.</summary>
    public bool AreReadable => Array.TrueForAll(names, n => Access(n, MayRead) == 0);

    /// <summary>Leaves the files when the connection is closed.</summary>
    public static void Keep(SqliteConnection connection)
    {
        var keep = 1;
        _ = FileControl(connection.Handle!.DangerousGetHandle(), "main", PersistLog, ref keep);
    }

    /// <summary>Whether they are those that were seen before; they come with the first use. Without them nobody else sees what is committed.</summary>
    /// <exception cref="IOException">The file system did not answer.</exception>
    public bool AreSame()
    {
        var same = true;
        for (var i = 0; i < names.Length; i++)
        {
            var now = StoreFile.IdentityOf(names[i]);
            same &= (known[i] ??= now) == now;
        }

        return same;
    }

    /// <summary>Lets them be read by whom the store may be read by, where they are this user's.</summary>
    public void Share()
    {
        if (Libc.Statx(Libc.CurrentDirectory, path, 0, Libc.BasicStatistics, out var store) != 0 || shared == (store.Mode, store.Group))
        {
            return;
        }

        foreach (var name in names)
        {
            if (Libc.Statx(Libc.CurrentDirectory, name, Libc.NoFollow, Libc.BasicStatistics, out var found) == 0 && (found.Mode & Libc.TypeMask) == Libc.RegularType)
            {
                _ = found.Group == store.Group || ChangeOwner(name, Unchanged, store.Group) == 0;
                _ = found.Mode == store.Mode || ChangeMode(name, store.Mode & 0xFFFu) == 0;
                shared = (store.Mode, store.Group);
            }
        }
    }

    /// <summary>Forgets which they were.</summary>
    public void Forget() => Array.Clear(known);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileControl(nint database, string name, int operation, ref int argument);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "chmod", StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int ChangeMode(string path, uint mode);
}
