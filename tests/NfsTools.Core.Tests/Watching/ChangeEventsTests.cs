using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

public sealed class ChangeEventsTests
{
    [Theory]
    [InlineData("nfs4 server:/export", "look", 5d)]
    [InlineData("fuse.sshfs server:work", "look", null)]
    [InlineData("fuse.sshfs server:work", "inotify", 0d)]
    [InlineData("glusterfs server:volume", "look", null)]
    public void How_late_a_change_may_have_been_seen_is_not_known_where_it_is_not_known_what_the_client_caches(string mount, string detection, double? seconds)
    {
        var options = new WatchOptions { Paths = ["/data"] };
        var place = FileSystemLocator.Describe("/data", null, [MountTable.Parse("1 0 8:1 / / rw - ext4 /dev/sda1 rw"), MountTable.Parse($"2 1 0:5 / /data rw - {mount} rw")]);
        var tree = new WatchedTree("/data", new WatchedNames("*", Recurse: false), options, TimeProvider.System, place);
        var change = new Change(FileEventKind.Created, "/data/file", "file", null, default(FileStatus)) { Origin = FileEventOrigin.Unknown, Detection = detection, IsNews = true, NotedAt = 0 };

        Assert.Equal(seconds, new ChangeEvents(tree, options, TimeProvider.System).Of(change).LatencyBound?.TotalSeconds);
    }
}
