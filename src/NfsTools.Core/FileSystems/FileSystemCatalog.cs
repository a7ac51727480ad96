namespace NfsTools.FileSystems;

/// <summary>What is known of file system types: which family, how fresh, and how to find changes there.</summary>
internal static class FileSystemCatalog
{
    private static readonly Dictionary<string, FileSystemFamily> Families = new(StringComparer.Ordinal)
    {
        ["nfs"] = FileSystemFamily.Nfs,
        ["nfs4"] = FileSystemFamily.Nfs,
        ["cifs"] = FileSystemFamily.Smb,
        ["smb3"] = FileSystemFamily.Smb,
        ["smbfs"] = FileSystemFamily.Smb,
        ["afs"] = FileSystemFamily.Afs,
        ["lustre"] = FileSystemFamily.Coherent,
        ["gpfs"] = FileSystemFamily.Coherent,
        ["beegfs"] = FileSystemFamily.Coherent,
        ["ceph"] = FileSystemFamily.Coherent,
        ["gfs2"] = FileSystemFamily.Coherent,
        ["ocfs2"] = FileSystemFamily.Coherent,
        ["9p"] = FileSystemFamily.OtherShared,
        ["virtiofs"] = FileSystemFamily.OtherShared,
        ["glusterfs"] = FileSystemFamily.OtherShared,
        ["pvfs2"] = FileSystemFamily.OtherShared,
        ["orangefs"] = FileSystemFamily.OtherShared,
        ["coda"] = FileSystemFamily.OtherShared,
        ["hostfs"] = FileSystemFamily.OtherShared,
        ["vboxsf"] = FileSystemFamily.OtherShared,
    };

    public static FileSystemFamily FamilyOf(string type) =>
        type is "fuse" or "fuseblk" || type.StartsWith("fuse.", StringComparison.Ordinal) ? FileSystemFamily.Fuse : Families.GetValueOrDefault(type, FileSystemFamily.Local);

    public static CacheOptions CacheOf(FileSystemFamily family, Mount mount) => family switch
    {
        FileSystemFamily.Nfs => CacheOptions.OfNfs(mount),
        FileSystemFamily.Smb => CacheOptions.OfSmb(mount),
        _ => CacheOptions.None,
    };

    public static string ReasonOf(FileSystemFamily family, string type) => family switch
    {
        FileSystemFamily.Local => $"{type} is local: every change goes through this kernel, so inotify sees it",
        FileSystemFamily.Nfs => "on NFS inotify sees this host's changes alone; looks past the attribute and name caches find the others'",
        FileSystemFamily.Smb => "on SMB inotify sees this host's changes alone; looks past the attribute cache find the others'",
        FileSystemFamily.Afs => "on AFS inotify sees this host's changes alone; the server calls back, so looks cost nothing until something changed",
        FileSystemFamily.Fuse => "behind FUSE changes may be made without this kernel; how long a \"does not exist\" is believed is up to the file system (negative_timeout)",
        FileSystemFamily.Coherent => $"{type} keeps its clients' caches coherent, but inotify sees this host's changes alone",
        _ => $"on {type} changes may be made without this kernel, and inotify does not see those",
    };

    /// <summary>The server and the export in a mount's source: server:/export, //server/share, or neither.</summary>
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

        // An IPv6 address stands in brackets: [fe80::1]:/export.
        var colon = source.IndexOf(":/", StringComparison.Ordinal);
        return colon < 0 ? ("", source) : (source[..colon].Trim('[', ']'), source[(colon + 1)..]);
    }
}
