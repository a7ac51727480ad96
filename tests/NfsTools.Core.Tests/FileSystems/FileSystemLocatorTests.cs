using NfsTools.FileSystems;

namespace NfsTools.Core.Tests.FileSystems;

public sealed class FileSystemLocatorTests
{
    private static readonly string[] Lines =
    [
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw",
        "2 1 0:5 / /data rw - nfs4 [fe80::1]:/vol1 rw,vers=4.2,acdirmax=90,lookupcache=pos",
        "3 1 0:6 / /merged rw - overlay overlay rw,lowerdir=/etc:/data/base,upperdir=/run/up,workdir=/run/work",
        "4 1 0:7 / /plain rw - overlay overlay rw,lowerdir=/etc,upperdir=/run/up,workdir=/run/work",
        "5 1 0:8 / /ssh rw - fuse.sshfs ann@login:work rw",
    ];

    private readonly IReadOnlyList<Mount> mounts = [.. Lines.Select(MountTable.Parse)];

    [Fact]
    public void An_NFS_path_is_told_with_its_server_its_caches_and_the_strategy()
    {
        var place = FileSystemLocator.Describe("/data/x", new("/data/x", "/data", 0x6969), mounts);

        Assert.Equal(("nfs4", "fe80::1", "/vol1", "4.2"), (place.Type, place.Server, place.Export, place.Version));
        Assert.Equal((60.0, 90.0, 0.0), (place.WorstAttribute?.TotalSeconds, place.WorstListing?.TotalSeconds, place.WorstMissing?.TotalSeconds));
        Assert.Equal((WatchStrategy.EventsAndPolling, false), (place.Strategy, place.EventsComplete));
        Assert.Equal((true, 0x6969L), (place.Responds, place.Magic));
        Assert.StartsWith("on NFS inotify sees this host's changes alone", place.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_did_not_answer_is_told_from_the_mount_table_alone()
    {
        var place = FileSystemLocator.Describe("/data/x", null, mounts);

        Assert.Equal(("nfs4", false, null), (place.Type, place.Responds, place.Magic));
        Assert.StartsWith("it does not answer now; ", place.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_magic_number_from_above_the_mount_is_not_passed_off_as_its_own() =>
        Assert.Null(FileSystemLocator.Describe("/ssh/x", new("/ssh/x", "/", 0xEF53), mounts).Magic);

    [Fact]
    public void An_overlay_is_as_shared_as_the_layers_below_it()
    {
        var shared = FileSystemLocator.Describe("/merged/x", null, mounts);
        var local = FileSystemLocator.Describe("/plain/x", null, mounts);

        Assert.Equal(("overlay", FileSystemFamily.Nfs, "fe80::1", "4.2"), (shared.Type, shared.Family, shared.Server, shared.Version));
        Assert.Equal(90, shared.WorstListing?.TotalSeconds);
        Assert.Contains("an overlay on nfs4", shared.Reason, StringComparison.Ordinal);
        Assert.Equal((FileSystemFamily.Local, true), (local.Family, local.EventsComplete));
    }

    [Fact]
    public void How_stale_FUSE_may_be_is_not_known()
    {
        var place = FileSystemLocator.Describe("/ssh/x", null, mounts);

        Assert.Equal(("login", "work"), (place.Server, place.Export));
        Assert.Null(place.Cache);
        Assert.Null(place.WorstMissing);
    }

    [Fact]
    public void A_path_that_does_not_exist_is_on_the_file_system_it_would_be_made_on()
    {
        using var directory = new TestDirectory();

        var place = FileSystemLocator.Locate(directory["no/such/file"]);

        Assert.Equal(directory["no/such/file"], place.ResolvedPath);
        Assert.True(place.Responds);
        Assert.NotNull(place.Magic);
    }

    [Fact]
    public void Symbolic_links_are_followed_to_another_file_system()
    {
        using var directory = new TestDirectory();
        File.CreateSymbolicLink(directory["link"], "/proc/self/mountinfo");
        File.CreateSymbolicLink(directory["dir"], "/proc/sys");

        Assert.Equal("proc", FileSystemLocator.Locate(directory["link"]).Type);
        Assert.Equal("/proc/sys/kernel/ostype", FileSystemLocator.Locate(directory["dir/kernel/ostype"]).ResolvedPath);
    }

    [Fact]
    public void A_link_to_what_is_not_there_yet_is_followed_too()
    {
        using var directory = new TestDirectory();
        Directory.CreateDirectory(directory["real/deep"]);
        File.CreateSymbolicLink(directory["real/deep/link"], "../later/file");
        File.CreateSymbolicLink(directory["first"], directory["real/deep/link"]);
        File.CreateSymbolicLink(directory["away"], "/proc/no-such-entry");

        Assert.Equal(directory["real/later/file"], FileSystemLocator.Locate(directory["first"]).ResolvedPath);
        Assert.Equal("proc", FileSystemLocator.Locate(directory["away"]).Type);
    }

    [Theory]
    [InlineData("loop")]
    [InlineData("loop/below")]
    public void A_link_that_leads_to_itself_says_nothing_against_the_file_system(string name)
    {
        using var directory = new TestDirectory();
        File.CreateSymbolicLink(directory["loop"], directory["loop"]);

        var place = FileSystemLocator.Locate(directory[name]);

        Assert.True(place.Responds);
    }

    [Fact]
    public void A_relative_path_is_taken_from_the_working_directory()
    {
        var place = FileSystemLocator.Locate("x/../y");

        Assert.Equal(Path.Join(Environment.CurrentDirectory, "y"), place.Path);
    }

    [Fact]
    public void Many_paths_are_told_in_their_order()
    {
        string[] paths = ["/proc/self", "/nonexistent", "/proc"];

        Assert.Equal(paths, FileSystemLocator.Locate(paths, cancellation: TestContext.Current.CancellationToken).Select(p => p.Path));
    }

    [Fact]
    public void The_mount_table_is_told_whole_or_without_what_is_local()
    {
        var all = FileSystemLocator.Mounts(all: true, cancellation: TestContext.Current.CancellationToken);

        Assert.Contains(all, p => p.Mount.MountPoint == "/proc");
        Assert.DoesNotContain(FileSystemLocator.Mounts(cancellation: TestContext.Current.CancellationToken), p => p.Family == FileSystemFamily.Local);
        Assert.All(all, p => Assert.NotEmpty(p.Reason));
    }
}
