using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Coordination;

/// <summary>Whether a lock is held, and who took it last.</summary>
public sealed record LockStatus
{
    /// <summary>The lock file.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it is held now, by whatever process on whatever host.</summary>
    public required bool IsHeld { get; init; }

    /// <summary>Who holds it, or took it last; null where nobody did, or another program holds it.</summary>
    public required LockHolder? Holder { get; init; }

    /// <summary>What is to be known about it, e.g. how to clear the lock of a host that is gone; empty for nothing.</summary>
    public string Remark { get; init; } = "";

    /// <summary>Looks at a lock, which need not exist; it is not taken.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="cancellation">Ends the wait for the file system.</param>
    /// <exception cref="NfsToolsException">It cannot be told: the file cannot be opened, is no lock file, or its file system does not answer or show other hosts' locks.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LockStatus Of(string path, CancellationToken cancellation = default)
    {
        var place = LockPlace.Of(path, requireReach: true);
        return LockPlace.Guard(place.Path, () => Abandonable.TryRun(() => Look(place), LockPlace.LeastPatience, out var status, cancellation) ? status : throw LockPlace.NoAnswer(place.Path));
    }

    private static LockStatus Look(LockPlace place)
    {
        using var file = LockFile.TryOpen(place.Path);
        var (held, holder) = file?.Look() ?? (false, null);
        return new LockStatus { Path = place.Path, IsHeld = held, Holder = held ? holder : file?.Read(), Remark = held ? place.DeadHostRemedy : "" };
    }
}
