using System.Collections.Concurrent;

namespace NfsTools.Interop;

/// <summary>
/// The SQLite databases that this process has open. SQLite's locks are the process's, and go with the first descriptor of one of its
/// files that the process closes, whoever opened that (fcntl(2)); then other processes take the database for one that nobody uses,
/// and change its files under this one. So nothing here opens them but SQLite. Thread safe.
/// </summary>
internal static class OpenDatabases
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];
    private static readonly ConcurrentDictionary<string, bool> Paths = [];

    /// <summary>Notes one.</summary>
    /// <param name="path">The file itself, behind symbolic links.</param>
    public static void Add(string path) => Paths[path] = true;

    /// <summary>Forgets one that is closed.</summary>
    public static void Remove(string path) => Paths.TryRemove(path, out _);

    /// <summary>To be called before a file is opened that anybody may have named.</summary>
    /// <exception cref="IOException">It is one of theirs.</exception>
    public static void Refuse(string path)
    {
        if (Paths.IsEmpty || FileStatus.Of(path) is not { } status)
        {
            return;
        }

        foreach (var database in Paths.Keys)
        {
            if (FileStatus.Of(database)?.Device == status.Device && Array.Exists(Suffixes, s => FileStatus.Of(database + s) is { } own && (own.Device, own.Inode) == (status.Device, status.Inode)))
            {
                throw new IOException($"{path}: it belongs to the SQLite database {database}, which this process has open, and whose locks would be lost");
            }
        }
    }
}
