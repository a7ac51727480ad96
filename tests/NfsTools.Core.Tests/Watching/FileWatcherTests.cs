using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>On a local file system, where inotify tells of everything.</summary>
public sealed class FileWatcherTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void Each_kind_of_change_is_reported_once_with_its_stamps()
    {
        File.WriteAllText(directory["old"], "here before");
        using var watch = new WatchSession(new WatchOptions { Paths = [directory[""]] });

        WatchSession.Make(directory["new"]);
        Assert.Equal((FileEventKind.Created, directory["new"]), Brief(watch.Next()));
        File.AppendAllText(directory["old"], " and more");
        var changed = watch.Next();
        Assert.Equal((FileEventKind.Changed, directory["old"]), Brief(changed));
        Assert.Equal((11L, 20L), (changed.Before!.Size, changed.After!.Size));
        Assert.Equal((FileEventOrigin.Local, "inotify"), (changed.Origin, changed.Detection));
        File.Move(directory["old"], directory["renamed"]);
        var renamed = watch.Next();
        Assert.Equal((FileEventKind.Renamed, directory["renamed"], directory["old"]), (renamed.Kind, renamed.Path, renamed.OldPath));
        File.Move(directory["new"], directory["renamed"], overwrite: true);
        var replaced = watch.Next();
        Assert.Equal((FileEventKind.Replaced, directory["renamed"], directory["new"]), (replaced.Kind, replaced.Path, replaced.OldPath));
        File.Delete(directory["renamed"]);
        Assert.Equal((FileEventKind.Deleted, directory["renamed"]), Brief(watch.Next()));
        watch.AssertSilent(directory["end"]);
    }

    [Fact]
    public void What_was_there_before_the_watch_is_no_news()
    {
        Directory.CreateDirectory(directory["a/b"]);
        WatchSession.Make(directory["a/b/file"]);
        using var watch = new WatchSession(new WatchOptions { Paths = [directory[""]], Recurse = true });

        watch.AssertSilent(directory["a/b/end"]);
    }

    [Fact]
    public void A_tree_is_followed_as_it_grows_moves_and_goes()
    {
        using var watch = new WatchSession(new WatchOptions { Paths = [directory[""]], Recurse = true });

        Directory.CreateDirectory(directory["a/b/c"]);
        WatchSession.Make(directory["a/b/c/deep"]);
        watch.Await(FileEventKind.Created, directory["a/b/c/deep"]);
        Directory.Move(directory["a"], directory["z"]);
        watch.Await(FileEventKind.Renamed, directory["z"]);
        File.AppendAllText(directory["z/b/c/deep"], "more");
        watch.Await(FileEventKind.Changed, directory["z/b/c/deep"]);
        Directory.Delete(directory["z"], recursive: true);
        watch.Await(FileEventKind.Deleted, directory["z"]);
    }

    [Fact]
    public void A_filter_and_a_wildcard_let_through_what_they_name()
    {
        using var filtered = new WatchSession(new WatchOptions { Paths = [directory[""]], Filter = "*.acct" });
        using var wildcard = new WatchSession(new WatchOptions { Paths = [directory["x*"]] });

        WatchSession.Make(directory["other"]);
        WatchSession.Make(directory["lsb.acct"]);
        WatchSession.Make(directory["x1"]);

        Assert.Equal((FileEventKind.Created, directory["lsb.acct"]), Brief(filtered.Next()));
        Assert.Equal((FileEventKind.Created, directory["x1"]), Brief(wildcard.Next()));
    }

    [Fact]
    public void A_file_may_be_named_before_it_is_there()
    {
        using var watch = new WatchSession(new WatchOptions { Paths = [directory["later"]] });

        WatchSession.Make(directory["other"]);
        File.WriteAllText(directory["later"], "x");

        Assert.Equal((FileEventKind.Created, directory["later"]), Brief(watch.Next()));
    }

    [Fact]
    public void Changes_made_while_nobody_watched_are_reported_at_the_next_start()
    {
        var options = new WatchOptions { Paths = [directory["data"]], Recurse = true, StatePath = directory["state"] };
        Directory.CreateDirectory(directory["data/sub"]);
        foreach (var name in new[] { "stays", "goes", "grows", "moves", "sub/inner" })
        {
            File.WriteAllText(directory["data/" + name], name);
        }

        using (var first = new WatchSession(options))
        {
            first.AssertSilent(directory["data/end"]);
        }

        File.Delete(directory["data/goes"]);
        File.AppendAllText(directory["data/grows"], "!");
        File.Move(directory["data/moves"], directory["data/moved"]);
        WatchSession.Make(directory["data/sub/fresh"]);
        using var second = new WatchSession(options, awaitStart: false);
        var events = Enumerable.Range(0, 4).Select(_ => second.Next()).ToList();

        Assert.Equal(
            [
                (FileEventKind.Changed, directory["data/grows"]), (FileEventKind.Created, directory["data/sub/fresh"]),
                (FileEventKind.Deleted, directory["data/goes"]), (FileEventKind.Renamed, directory["data/moved"]),
            ],
            events.Select(Brief).OrderBy(e => e.Path == directory["data/sub/fresh"] ? 1 : (int)e.Kind));
        Assert.All(events, e => Assert.Equal(FileEventOrigin.Unknown, e.Origin));
    }

    [Fact]
    public void Ten_thousand_changes_end_in_the_final_state()
    {
        var random = new Random(Suite.Seed(71));
        using var watch = new WatchSession(new WatchOptions { Paths = [directory[""]], Recurse = true });
        var there = new HashSet<string>();
        for (var i = 0; i < 10_000; i++)
        {
            var path = directory[$"d{random.Next(10)}/f{random.Next(300)}"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (random.Next(3) == 0)
            {
                File.Delete(path);
                there.Remove(path);
            }
            else
            {
                File.AppendAllText(path, "x");
                there.Add(path);
            }
        }

        var sizes = new Dictionary<string, long>();
        foreach (var e in watch.Until(directory["d0/end"]))
        {
            if (e.OldPath is not null)
            {
                sizes.Remove(e.OldPath);
            }

            if (e.After is { Exists: true } && !Directory.Exists(e.Path))
            {
                sizes[e.Path] = e.After.Size;
            }
            else
            {
                sizes.Remove(e.Path);
            }
        }

        Assert.Equal(there.Order().Select(p => (p, new FileInfo(p).Length)), sizes.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value)));
    }

    [Fact]
    public void A_root_that_goes_and_comes_back_is_watched_again()
    {
        Directory.CreateDirectory(directory["root"]);
        using var watch = new WatchSession(new WatchOptions { Paths = [directory["root"]], PollInterval = TimeSpan.FromMilliseconds(100) });
        WatchSession.Make(directory["root/file"]);
        watch.Await(FileEventKind.Created, directory["root/file"]);
        Directory.Delete(directory["root"], recursive: true);
        watch.Await(FileEventKind.Deleted, directory["root/file"]);
        Directory.CreateDirectory(directory["root"]);
        WatchSession.Make(directory["root/again"]);

        watch.Await(FileEventKind.Created, directory["root/again"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_root_that_is_renamed_is_an_outage_and_what_is_in_it_is_deleted_only_when_it_is(bool comesBack)
    {
        Directory.CreateDirectory(directory["root"]);
        File.WriteAllText(directory["root/file"], "1");
        using var watch = new WatchSession(new WatchOptions { Paths = [directory["root"]], PollInterval = TimeSpan.FromMilliseconds(100) });
        Directory.Move(directory["root"], directory["away"]);
        Assert.Equal((FileEventKind.Outage, directory["root"]), Brief(watch.Next()));
        File.AppendAllText(directory["away/file"], "2");
        if (comesBack)
        {
            Directory.Move(directory["away"], directory["root"]);
        }
        else
        {
            Directory.Delete(directory["away"], recursive: true);
        }

        Assert.Equal((FileEventKind.Recovered, directory["root"]), Brief(watch.Next()));
        Assert.Equal((comesBack ? FileEventKind.Changed : FileEventKind.Deleted, directory["root/file"]), Brief(watch.Next()));
    }

    [Fact]
    public void A_broken_state_file_is_an_error_that_names_it()
    {
        File.WriteAllText(directory["state"], "{ \"version\": 1,\n nonsense");
        var watcher = new FileWatcher(new WatchOptions { Paths = [directory[""]], StatePath = directory["state"] });

        var error = Assert.Throws<NfsToolsException>(() => watcher.Watch(CancellationToken.None).First());

        Assert.Contains(directory["state"] + ":2:", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private static (FileEventKind Kind, string Path) Brief(FileEvent e) => (e.Kind, e.Path);
}
