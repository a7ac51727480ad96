namespace NfsTools.FileSystems;

/// <summary>File systems that behave alike towards changes made elsewhere.</summary>
public enum FileSystemFamily
{
    /// <summary>On this host's own disks or memory: every change goes through this kernel.</summary>
    Local,

    /// <summary>NFS, any version.</summary>
    Nfs,

    /// <summary>SMB (cifs, smb3).</summary>
    Smb,

    /// <summary>AFS: the server calls back when something changed, so a look costs nothing until then.</summary>
    Afs,

    /// <summary>A FUSE file system; its caches follow rules of its own.</summary>
    Fuse,

    /// <summary>Cluster file systems that keep their clients' caches coherent: Lustre, GPFS, BeeGFS, CephFS, GFS2, OCFS2.</summary>
    Coherent,

    /// <summary>Others that cross hosts: 9p, virtiofs and the like.</summary>
    OtherShared,
}
