using NfsTools.FileSystems;

namespace NfsTools.Core.Tests.FileSystems;

public sealed class MountTableTests
{
    [Fact]
    public void A_line_is_read_with_its_options_of_both_kinds()
    {
        var mount = MountTable.Parse("331 28 0:52 / /data rw,relatime shared:181 - nfs4 filer:/vol1 rw,vers=4.2,rsize=1048576,hard,lookupcache=pos,addr=10.0.0.5");

        Assert.Equal((331, 28, "/data", "/", "nfs4", "filer:/vol1"), (mount.Id, mount.ParentId, mount.MountPoint, mount.Root, mount.Type, mount.Source));
        Assert.Equal(("", "4.2", "pos"), (mount.Options["relatime"], mount.Options["vers"], mount.Options["lookupcache"]));
        Assert.True(mount.Has("hard"));
        Assert.False(mount.Has("soft"));
        Assert.Equal((1048576, null), (mount.Number("rsize"), mount.Number("vers ")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("shared:1 ")]
    [InlineData("shared:1 master:2 propagate_from:3 unbindable ")]
    public void There_may_be_any_number_of_optional_fields(string fields)
    {
        var mount = MountTable.Parse($"40 30 8:1 /srv /mnt rw {fields}- ext4 /dev/sda1 rw");

        Assert.Equal(("/srv", "/mnt", "ext4", "/dev/sda1"), (mount.Root, mount.MountPoint, mount.Type, mount.Source));
    }

    [Fact]
    public void Blanks_tabs_line_ends_and_backslashes_come_back_from_octal()
    {
        var mount = MountTable.Parse(@"40 30 0:9 / /a\040b\011c\012d\134e\303\274😀\04 rw - overlay over\040lay rw,lowerdir=/l\0541:/l2");

        Assert.Equal("/a b\tc\nd\\eü😀\\04", mount.MountPoint);
        Assert.Equal("over lay", mount.Source);
        Assert.Equal("/l,1:/l2", mount.Options["lowerdir"]);
    }

    [Fact]
    public void A_source_may_be_empty()
    {
        var mount = MountTable.Parse("40 30 0:9 / /run rw - tmpfs  rw,size=4k");

        Assert.Equal(("tmpfs", "", "4k"), (mount.Type, mount.Source, mount.Options["size"]));
    }

    [Theory]
    [InlineData("/", 1)]
    [InlineData("/data", 2)]
    [InlineData("/data/x", 2)]
    [InlineData("/database", 1)]
    [InlineData("/data/deep", 3)]
    [InlineData("/data/deep/er", 3)]
    [InlineData("/data/deeper", 2)]
    public void A_path_is_on_the_mount_with_the_longest_mount_point_above_it(string path, int expected) =>
        Assert.Equal(expected, Find(path, "1 0 8:1 / / rw - ext4 /dev/sda1 rw", "2 1 0:5 / /data rw - nfs4 f:/a rw", "3 2 0:6 / /data/deep rw - nfs4 f:/b rw"));

    [Theory]
    [InlineData("/data", 5)]
    [InlineData("/data/x", 5)]
    [InlineData("/other/x", 1)]
    public void Of_mounts_stacked_on_one_point_the_top_one_counts(string path, int expected) => Assert.Equal(
        expected,
        Find(path, "1 0 8:1 / / rw - ext4 /dev/sda1 rw", "5 4 0:7 / /data rw - nfs4 f:/a rw", "3 1 0:5 / /data rw - autofs auto rw", "4 3 0:6 / /data rw - tmpfs t rw"));

    [Fact]
    public void A_mount_made_over_another_hides_it() =>
        Assert.Equal(3, Find("/a/b/x", "1 0 8:1 / / rw - ext4 /dev/sda1 rw", "2 1 0:5 / /a/b rw - nfs4 f:/a rw", "3 1 0:6 / /a rw - tmpfs t rw"));

    [Fact]
    public void The_root_may_have_a_mount_below_it_that_is_its_own_parent() =>
        Assert.Equal(3, Find("/a/x", "1 1 0:1 / / rw - rootfs rootfs rw", "2 1 8:1 / / rw - ext4 /dev/sda1 rw", "3 2 0:6 / /a rw - tmpfs t rw"));

    [Fact]
    public void In_a_chroot_where_the_table_does_not_show_the_root_its_type_is_unknown()
    {
        string[] lines = ["7 99 0:6 / /data rw - nfs4 f:/a rw"];

        Assert.Equal(7, Find("/data/x", lines));
        var root = MountTable.Find([.. lines.Select(MountTable.Parse)], "/home");
        Assert.Equal(("/", "unknown"), (root.MountPoint, root.Type));
    }

    [Fact]
    public void The_table_of_this_process_is_read()
    {
        var mounts = MountTable.Read();

        Assert.Equal("proc", MountTable.Find(mounts, "/proc/self").Type);
    }

    private static int Find(string path, params string[] lines) => MountTable.Find([.. lines.Select(MountTable.Parse)], path).Id;
}
