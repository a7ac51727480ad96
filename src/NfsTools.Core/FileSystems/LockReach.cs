namespace NfsTools.FileSystems;

/// <summary>Whether byte-range locks (fcntl(2)) of this host on a file system are seen by other hosts, as its type and mount options tell.</summary>
internal static class LockReach
{
    /// <summary>Whether they reach other hosts, and why they do, or do not, in words.</summary>
    public static (bool Reaches, string Reason) Of(SharedFileSystem place) => place.Family switch
    {
        FileSystemFamily.Local => (false, "the file system is this host's own"),
        _ when place.Type == "overlay" => (false, "locks on an overlay stay on this host"),
        FileSystemFamily.Nfs => OfNfs(place.Mount),
        FileSystemFamily.Smb when place.Mount.Has("nobrl") => (false, "the mount has nobrl: locks stay on this host"),
        FileSystemFamily.Smb => (true, "the server keeps the locks"),
        FileSystemFamily.Coherent => OfCluster(place.Mount),
        _ => (false, $"whether locks on {place.Type} reach other hosts is not known"),
    };

    // local_lock=flock leaves byte-range locks the server's (nfs(5)).
    private static (bool Reaches, string Reason) OfNfs(Mount mount) => mount.Options.GetValueOrDefault("local_lock", "none") switch
    {
        _ when mount.Has("nolock") => (false, "the mount has nolock: locks stay on this host"),
        "all" or "posix" => (false, "the mount has local_lock: locks stay on this host"),
        _ => (true, "the server keeps the locks"),
    };

    // mount.lustre(8): locks work with flock alone; gfs2(5): localflocks; BeeGFS and OCFS2 keep byte-range locks on the host unless set up otherwise, which the mount table does not show.
    private static (bool Reaches, string Reason) OfCluster(Mount mount) => mount.Type switch
    {
        "lustre" when !mount.Has("flock") => (false, "the mount does not have the option flock: locks stay on this host, or do not work at all"),
        "gfs2" when mount.Has("localflocks") => (false, "the mount has localflocks: locks stay on this host"),
        "beegfs" or "ocfs2" => (false, $"whether locks on {mount.Type} reach other hosts depends on how it was set up, which the mount table does not show"),
        _ => (true, "the file system keeps the locks"),
    };
}
