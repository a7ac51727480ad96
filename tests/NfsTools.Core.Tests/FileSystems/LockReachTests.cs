using NfsTools.Coordination;
using NfsTools.FileSystems;

namespace NfsTools.Core.Tests.FileSystems;

public sealed class LockReachTests
{
    [Theory]
    [InlineData("nfs server:/export rw,vers=3,local_lock=none", true, "the server keeps the locks")]
    [InlineData("nfs server:/export rw,vers=3,nolock,local_lock=all", false, "nolock")]
    [InlineData("nfs server:/export rw,vers=3,local_lock=all", false, "local_lock")]
    [InlineData("nfs server:/export rw,vers=3,local_lock=posix", false, "local_lock")]
    [InlineData("nfs server:/export rw,vers=3,local_lock=flock", true, "the server keeps the locks")]
    [InlineData("nfs4 server:/ rw,vers=4.2,local_lock=none", true, "the server keeps the locks")]
    [InlineData("cifs //server/share rw,vers=3.1.1", true, "the server keeps the locks")]
    [InlineData("cifs //server/share rw,vers=3.1.1,nobrl", false, "nobrl")]
    [InlineData("lustre mgs@tcp:/fs rw,flock", true, "the file system keeps the locks")]
    [InlineData("lustre mgs@tcp:/fs rw,localflock", false, "flock")]
    [InlineData("lustre mgs@tcp:/fs rw", false, "flock")]
    [InlineData("gpfs fs rw", true, "the file system keeps the locks")]
    [InlineData("gfs2 /dev/dm-1 rw,localflocks", false, "localflocks")]
    [InlineData("beegfs beegfs_nodev rw", false, "beegfs")]
    [InlineData("fuse.sshfs login:work rw", false, "fuse.sshfs")]
    [InlineData("9p share rw", false, "9p")]
    [InlineData("afs #cell:root rw", false, "afs")]
    public void What_other_hosts_see_of_locks_follows_from_the_mount(string mount, bool reaches, string reason)
    {
        var place = Place(mount);

        Assert.Equal(reaches, LockReach.Of(place).Reaches);
        Assert.Contains(reason, LockReach.Of(place).Reason, StringComparison.Ordinal);
        LockPlace.Admit(place, requireReach: false);
        if (reaches)
        {
            LockPlace.Admit(place, requireReach: true);
        }
        else
        {
            var error = Assert.Throws<NfsToolsException>(() => LockPlace.Admit(place, requireReach: true));
            Assert.Equal($"/data/x: a lock there would not keep other hosts out: {LockReach.Of(place).Reason}.", error.Message);
        }
    }

    [Fact]
    public void On_a_file_system_of_this_host_alone_a_lock_is_for_its_processes() => LockPlace.Admit(Place("ext4 /dev/sdb1 rw"), requireReach: true);

    [Fact]
    public void An_overlay_keeps_locks_to_itself_whatever_is_below_it()
    {
        IReadOnlyList<Mount> mounts =
        [
            MountTable.Parse("1 0 0:5 / / rw - nfs4 server:/ rw,vers=4.2"),
            MountTable.Parse("2 1 0:6 / /data rw - overlay overlay rw,lowerdir=/base,upperdir=/up,workdir=/work"),
        ];

        var error = Assert.Throws<NfsToolsException>(() => LockPlace.Admit(FileSystemLocator.Describe("/data/x", null, mounts), requireReach: true));

        Assert.Contains("locks on an overlay stay on this host", error.Message, StringComparison.Ordinal);
    }

    private static SharedFileSystem Place(string mount)
    {
        var words = mount.Split(' ');
        return FileSystemLocator.Describe("/data/x", null, [MountTable.Parse("1 0 8:1 / / rw - ext4 /dev/sda1 rw"), MountTable.Parse($"2 1 0:5 / /data rw - {words[0]} {words[1]} {words[2]}")]);
    }
}
