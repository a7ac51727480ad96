using NfsTools.FileSystems;

namespace NfsTools.Coordination;

/// <summary>Where a lock file is, and what its file system makes of locks.</summary>
/// <param name="Path">The lock file, absolute.</param>
/// <param name="FileSystem">The file system it is on.</param>
internal sealed record LockPlace(string Path, SharedFileSystem FileSystem)
{
    /// <summary>How long a file system may take to answer, where nobody waits longer for the lock.</summary>
    public static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(10);

    private const string AnswerRemedy = "Check the file server and the network. A server that was restarted gives no new locks for its grace period, 90 s as a rule.";

    /// <summary>Whether the file is on a file system of this host alone.</summary>
    public bool IsLocal => FileSystem.Family == FileSystemFamily.Local;

    /// <summary>Whether asking for a held lock once more has the server give it again where it has forgotten it: NFSv3, whose server keeps no leases.</summary>
    public bool Renews => FileSystem is { Type: "nfs" };

    /// <summary>How long an NFSv4 server keeps the lock without word from this host; null where there is no such time.</summary>
    public TimeSpan? Lease => NfsLease.Of(FileSystem.Mount);

    /// <summary>What to do about a holder whose host is gone; empty where that needs nothing.</summary>
    public string DeadHostRemedy => Renews
        ? $"On NFSv3 the lock of a host that is gone stays until that host has booted again. If its holder is surely dead, free it with a new file: cp {Path} {Path}.new && mv {Path}.new {Path}"
        : "";

    /// <summary>Looks at a path.</summary>
    /// <exception cref="NfsToolsException">The file system does not answer, or its locks do not reach the hosts that share it and <paramref name="requireReach"/> is set.</exception>
    public static LockPlace Of(string path, bool requireReach)
    {
        var place = FileSystemLocator.Locate(path);
        if (!place.Responds)
        {
            throw NoAnswer(place.Path);
        }

        Admit(place, requireReach);
        return new LockPlace(place.Path, place);
    }

    /// <summary>Refuses a file system that is shared while its locks are not.</summary>
    internal static void Admit(SharedFileSystem place, bool requireReach)
    {
        if (requireReach && place.Family != FileSystemFamily.Local && LockReach.Of(place) is (false, var reason))
        {
            throw new NfsToolsException($"{place.Path}: a lock there would not keep other hosts out: {reason}.", "Name a lock file on NFS that is mounted without nolock and local_lock, or on another file system whose locks reach every host.");
        }
    }

    /// <summary>The error of a file system that does not answer.</summary>
    public static NfsToolsException NoAnswer(string path) => new($"{path}: the file system does not answer.", AnswerRemedy);

    /// <summary>Runs work on a lock file, and tells of its errors as such of the lock.</summary>
    /// <exception cref="NfsToolsException">It failed.</exception>
    public static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (IOException e)
        {
            throw LockFile.Error(path, e);
        }
    }
}
