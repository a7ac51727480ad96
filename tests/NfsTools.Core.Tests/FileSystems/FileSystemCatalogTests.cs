using NfsTools.FileSystems;

namespace NfsTools.Core.Tests.FileSystems;

public sealed class FileSystemCatalogTests
{
    [Theory]
    [InlineData(FileSystemFamily.Nfs, "filer:/vol/home", "filer", "/vol/home")]
    [InlineData(FileSystemFamily.Nfs, "filer:/", "filer", "/")]
    [InlineData(FileSystemFamily.Nfs, "10.0.0.5:/vol:1/a", "10.0.0.5", "/vol:1/a")]
    [InlineData(FileSystemFamily.Nfs, "[2001:db8::5]:/vol", "2001:db8::5", "/vol")]
    [InlineData(FileSystemFamily.Nfs, "[fe80::1%eth0]:/vol", "fe80::1%eth0", "/vol")]
    [InlineData(FileSystemFamily.Smb, "//nas/share", "nas", "share")]
    [InlineData(FileSystemFamily.Smb, "//nas/share/sub/dir", "nas", "share/sub/dir")]
    [InlineData(FileSystemFamily.Smb, "//nas", "nas", "")]
    [InlineData(FileSystemFamily.Fuse, "ann@login:/home/ann", "login", "/home/ann")]
    [InlineData(FileSystemFamily.Fuse, "login:work", "login", "work")]
    [InlineData(FileSystemFamily.Fuse, "ann@login:", "login", "")]
    [InlineData(FileSystemFamily.Fuse, "ann@[2001:db8::5]:work", "2001:db8::5", "work")]
    [InlineData(FileSystemFamily.Fuse, "gluster1:/vol", "gluster1", "/vol")]
    [InlineData(FileSystemFamily.Fuse, "/srv/a:/b", "", "/srv/a:/b")]
    [InlineData(FileSystemFamily.Fuse, "portal", "", "portal")]
    [InlineData(FileSystemFamily.Coherent, "10.0.0.1@tcp:10.0.0.2@tcp:/scratch", "10.0.0.1@tcp:10.0.0.2@tcp", "/scratch")]
    [InlineData(FileSystemFamily.Coherent, "mon1:6789,mon2:6789:/", "mon1:6789,mon2:6789", "/")]
    [InlineData(FileSystemFamily.Coherent, "beegfs_nodev", "", "beegfs_nodev")]
    [InlineData(FileSystemFamily.Local, "/dev/sda1", "", "")]
    [InlineData(FileSystemFamily.Local, "odd:/name", "", "")]
    public void A_source_is_split_into_server_and_export(FileSystemFamily family, string source, string server, string export) =>
        Assert.Equal((server, export), FileSystemCatalog.ServerOf(family, source));

    [Theory]
    [InlineData("nfs", "f:/a", FileSystemFamily.Nfs)]
    [InlineData("nfs4", "f:/a", FileSystemFamily.Nfs)]
    [InlineData("cifs", "//f/a", FileSystemFamily.Smb)]
    [InlineData("smb3", "//f/a", FileSystemFamily.Smb)]
    [InlineData("afs", "AFS", FileSystemFamily.Afs)]
    [InlineData("fuse.sshfs", "h:", FileSystemFamily.Fuse)]
    [InlineData("fuse", "x", FileSystemFamily.Fuse)]
    [InlineData("fuseblk", "/dev/sdb1", FileSystemFamily.Local)]
    [InlineData("lustre", "m@tcp:/s", FileSystemFamily.Coherent)]
    [InlineData("gfs2", "/dev/dm-3", FileSystemFamily.Coherent)]
    [InlineData("gpfs", "/dev/gpfs1", FileSystemFamily.Coherent)]
    [InlineData("9p", "share", FileSystemFamily.OtherShared)]
    [InlineData("ext4", "/dev/sda1", FileSystemFamily.Local)]
    [InlineData("anything", "/dev/sda1", FileSystemFamily.Local)]
    [InlineData("tmpfs", "tmpfs", FileSystemFamily.Local)]
    [InlineData("zfs", "pool/home", FileSystemFamily.Local)]
    [InlineData("overlay", "overlay", FileSystemFamily.Local)]
    [InlineData("wekafs", "backend/fs", FileSystemFamily.OtherShared)]
    [InlineData("unknown", "", FileSystemFamily.OtherShared)]
    public void What_is_not_known_to_be_this_hosts_own_may_be_anybodys(string type, string source, FileSystemFamily family) =>
        Assert.Equal(family, FileSystemCatalog.FamilyOf(new Mount("/mnt", "/", type, source, new Dictionary<string, string>())));
}
