using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>Looks at a local directory taken for one on NFS, with changes made while a look waits for the server's tick to end.</summary>
public sealed class TreeLookTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void A_directory_that_changes_within_a_tick_is_listed_once_it_stands_still()
    {
        WatchSession.Make(directory["before"]);

        var (look, waits) = Look(new WatchedDirectory(directory[""]), () => File.Move(directory["before"], directory["after"]));

        Assert.Equal(["after"], look.Entries.Select(e => e.Name));
        Assert.True(look.Settled);

        // Moved once, listed after another tick, its file told of after a third.
        Assert.Equal(3, waits);
    }

    [Fact]
    public void A_file_that_changes_within_a_tick_is_told_of_once_it_stands_still()
    {
        WatchSession.Make(directory["file"]);
        var watched = new WatchedDirectory(directory[""]) { Listed = FileStatus.Of(directory[""]) };
        watched.Entries["file"] = new WatchedEntry(FileStatus.Of(directory["file"])!.Value with { ModifyTime = 0 }, 0, 0);

        var (look, waits) = Look(watched, () => File.AppendAllText(directory["file"], "more"));

        Assert.Equal(("file", FileStatus.Of(directory["file"])), Assert.Single(look.Entries));
        Assert.Equal(2, waits);
    }

    [Fact]
    public void A_directory_that_never_stands_still_is_listed_as_it_is_and_once_more_at_the_next_look()
    {
        var names = 0;
        var (look, _) = Look(new WatchedDirectory(directory[""]), Enumerable.Repeat(() => WatchSession.Make(directory[$"{names++}"]), 10).ToArray());

        Assert.NotEmpty(look.Entries);
        Assert.False(look.Settled);
    }

    [Fact]
    public void What_is_not_in_a_listing_is_gone()
    {
        var watched = new WatchedDirectory(directory[""]);
        watched.Entries["gone"] = new WatchedEntry(default, 0, 0);

        Assert.Equal(("gone", null), Assert.Single(Look(watched).Look.Entries));
    }

    public void Dispose() => directory.Dispose();

    private static (DirectoryLook Look, int Waits) Look(WatchedDirectory watched, params Action[] meanwhile)
    {
        var time = new Meanwhile(watched.Path, meanwhile);
        var place = FileSystemLocator.Locate(watched.Path) with { Family = FileSystemFamily.Nfs };
        var tree = new WatchedTree(watched.Path, new WatchedNames("*", Recurse: false), new WatchOptions { Paths = [] }, time, place);
        var look = new TreeLook(tree, budget: null, time, TestContext.Current.CancellationToken);
        return (Assert.Single(look.At([new LookScope(watched, [.. watched.Entries.Keys], Whole: true)], all: true, alone: true)), time.Waits);
    }

    /// <summary>A clock on which waiting takes no time, but something happens in each wait.</summary>
    private sealed class Meanwhile(string directory, Action[] actions) : TimeProvider
    {
        public int Waits { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (Waits < actions.Length)
            {
                // The action's time stamps must differ from those before it: this kernel's ticks are waited for.
                var probe = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
                var before = FileStatus.Of(directory)!.Value;
                do
                {
                    File.WriteAllText(probe, "");
                }
                while (FileStatus.Of(probe)!.Value.ModifyTime <= before.ModifyTime);
                File.Delete(probe);
                actions[Waits]();
            }

            Waits++;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
