using NfsTools.Coordination;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>
/// What keeps other collectors from an SQLite file: the file's own lock, which holds whatever name it is reached by, and a lock
/// file beside it, which says who is at work and is watched where a file server keeps the locks.
/// </summary>
internal sealed class StoreHold(SharedLock named, StoreFile file) : IDisposable
{
    /// <inheritdoc cref="SharedLock.IsHeld"/>
    public bool IsHeld => named.IsHeld;

    /// <inheritdoc cref="SharedLock.LostReason"/>
    public string LostReason => named.LostReason;

    /// <summary>Lets others have the file.</summary>
    public void Dispose()
    {
        file.Unlock();
        file.Leave();
        named.Dispose();
    }
}
