namespace NfsTools.FileSystems;

/// <summary>What is known of file system types: which family, how fresh, and how to find changes there.</summary>
internal static class FileSystemCatalog
{
    // Types without a disk that are this kernel's own all the same. One that is in neither list may be anybody's.
    private static readonly HashSet<string> Diskless = new(StringComparer.Ordinal)
    {
        "tmpfs", "ramfs", "rootfs", "devtmpfs", "devpts", "overlay", "zfs", "btrfs", "bcachefs", "squashfs", "erofs", "proc", "sysfs", "cgroup", "cgroup2", "bpf", "binfmt_misc",
        "configfs", "debugfs", "tracefs", "securityfs", "selinuxfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "pstore", "nfsd", "rpc_pipefs", "resctrl",
    };

    /// <summary>The family of a mount by its type; what is on a disk of this host, and not a cluster's, is local.</summary>
    public static FileSystemFamily FamilyOf(Mount mount) => mount.Type switch
    {
        "nfs" or "nfs4" => FileSystemFamily.Nfs,
        "cifs" or "smb3" or "smbfs" => FileSystemFamily.Smb,
        "afs" => FileSystemFamily.Afs,
        "lustre" or "gpfs" or "beegfs" or "ceph" or "gfs2" or "ocfs2" => FileSystemFamily.Coherent,
        "9p" or "virtiofs" or "glusterfs" or "pvfs2" or "orangefs" or "coda" or "hostfs" or "vboxsf" => FileSystemFamily.OtherShared,
        "fuse" => FileSystemFamily.Fuse,
        var type when type.StartsWith("fuse.", StringComparison.Ordinal) => FileSystemFamily.Fuse,
        var type when Diskless.Contains(type) || mount.Source.StartsWith("/dev/", StringComparison.Ordinal) => FileSystemFamily.Local,
        _ => FileSystemFamily.OtherShared,
    };

    /// <summary>The cache options in force; null where what the client caches is not known.</summary>
    public static CacheOptions? CacheOf(FileSystemFamily family, Mount mount) => family switch
    {
        FileSystemFamily.Nfs => CacheOptions.OfNfs(mount),
        FileSystemFamily.Smb => CacheOptions.OfSmb(mount),
        FileSystemFamily.Fuse or FileSystemFamily.OtherShared => null,
        _ => CacheOptions.None,
    };

    public static string ReasonOf(FileSystemFamily family, string type) => family switch
    {
        FileSystemFamily.Local => $"{type} is local: every change goes through this kernel, so inotify sees it, except what is written through a hard link elsewhere or a memory map",
        FileSystemFamily.Nfs => "on NFS inotify sees this host's changes alone; looks past the attribute and name caches find the others'",
        FileSystemFamily.Smb => "on SMB inotify sees this host's changes alone; looks past the attribute cache find the others'",
        FileSystemFamily.Afs => "on AFS inotify sees this host's changes alone; the server calls back, so looks cost nothing until something changed",
        FileSystemFamily.Fuse => "behind FUSE changes may be made without this kernel; how long a \"does not exist\" is believed is up to the file system (negative_timeout)",
        FileSystemFamily.Coherent => $"{type} keeps its clients' caches coherent, but inotify sees this host's changes alone",
        _ => $"{type} is not known to be this host's own: changes may be made without this kernel, and inotify does not see those",
    };

    /// <summary>The server and the export in a mount's source: server:/export, //server/share, user@server:directory (sshfs), or neither.</summary>
    public static (string Server, string Export) ServerOf(FileSystemFamily family, string source)
    {
        if (family == FileSystemFamily.Local)
        {
            return ("", "");
        }

        if (source.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = source.IndexOf('/', 2);
            return slash < 0 ? (source[2..], "") : (source[2..slash], source[(slash + 1)..]);
        }

        // An IPv6 address stands in brackets: [fe80::1]:/export. Behind FUSE a user may stand before, and the directory need not begin with a slash.
        var user = family == FileSystemFamily.Fuse ? source.IndexOf('@', StringComparison.Ordinal) + 1 : 0;
        var colon = source.StartsWith('/') ? -1
            : family == FileSystemFamily.Fuse ? source.IndexOf(':', Math.Max(user, source.IndexOf(']', StringComparison.Ordinal)))
            : source.IndexOf(":/", StringComparison.Ordinal);
        return colon < user ? ("", source) : (source[user..colon].Trim('[', ']'), source[(colon + 1)..]);
    }
}
