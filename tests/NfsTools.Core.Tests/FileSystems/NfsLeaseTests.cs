using NfsTools.FileSystems;

namespace NfsTools.Core.Tests.FileSystems;

public sealed class NfsLeaseTests
{
    // As the kernel writes it, the lines that matter.
    private const string Table =
        """
        device /dev/sda1 mounted on / with fstype ext4
        device server:/a mounted on /mnt/a\040b with fstype nfs4 statvers=1.1
        	opts:	rw,vers=4.2
        	nfsv4:	bm0=0xfdffbfff,bm1=0x40fdbe3e,bm2=0x60803,acl=0x3,sessions,pnfs=not configured,lease_time=45,lease_expired=0
        device server:/b mounted on /mnt/b with fstype nfs statvers=1.1
        	opts:	rw,vers=3
        device server:/c mounted on /mnt/c with fstype nfs4 statvers=1.1
        	nfsv4:	bm0=0xfdffbfff,lease_time=90
        device server:/c mounted on /mnt/c with fstype nfs4 statvers=1.1
        	nfsv4:	bm0=0xfdffbfff,lease_time=30,lease_expired=0
        """;

    [Theory]
    [InlineData("/mnt/a b", 45)]
    [InlineData("/mnt/b", null)]
    [InlineData("/mnt/c", 30)]
    [InlineData("/mnt", null)]
    public void The_lease_is_that_of_the_mount(string mountPoint, int? seconds) => Assert.Equal(seconds, NfsLease.Find(Table.Split('\n'), mountPoint)?.TotalSeconds);

    [Fact]
    public void A_local_mount_has_none() => Assert.Null(NfsLease.Of(FileSystemLocator.Locate("/proc").Mount));
}
