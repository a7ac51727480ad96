namespace NfsTools.Coordination;

/// <summary>A file that one process writes again and again: a second one would write over what the first has in it.</summary>
internal static class OwnFile
{
    /// <summary>What is added to a file's name for its lock, where that has no other name.</summary>
    public const string LockEnding = ".lock";

    /// <summary>Takes the file for this process, by a lock beside it, until that is disposed.</summary>
    /// <param name="path">The file, absolute; it need not be there.</param>
    /// <param name="purpose">What it is for, e.g. "metrics".</param>
    /// <param name="lockPath">The lock; null for the file's name with <see cref="LockEnding"/>.</param>
    /// <exception cref="NfsToolsException">Another process has it, or the lock cannot be taken.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static SharedLock Take(string path, string purpose, string? lockPath = null)
    {
        try
        {
            return SharedLock.TryAcquire(lockPath ?? path + LockEnding, out var holder, new LockOptions { Purpose = purpose, RequireReach = false })
                ?? throw new NfsToolsException($"{path}: another process keeps its {purpose} in this file{(holder is null ? "" : $": {holder}")}.", "Name a file for each, or stop the other one first.");
        }
        catch (NfsToolsException e) when (e.InnerException is IOException reason)
        {
            throw new IOException(reason.Message, reason);
        }
    }
}
