using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>What a watch keeps between one start and the next.</summary>
public sealed class WatchStateTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void Saving_the_state_inside_a_watched_directory_is_no_event()
    {
        using var watch = new WatchSession(new WatchOptions { Paths = [directory[""]], StatePath = directory["state"] });

        WatchSession.Make(directory["file"]);
        Assert.Equal(directory["file"], watch.Next().Path);
        watch.AssertSilent(directory["end"]);
        Assert.True(File.Exists(directory["state"]));
    }

    [Fact]
    public void Directories_that_the_earlier_watch_did_not_look_into_are_watched_and_their_files_are_no_news()
    {
        var options = new WatchOptions { Paths = [directory["data"]], StatePath = directory["state"] };
        Directory.CreateDirectory(directory["data/sub"]);
        WatchSession.Make(directory["data/sub/there"]);
        using (var flat = new WatchSession(options))
        {
            flat.AssertSilent(directory["data/end"]);
        }

        using (var deep = new WatchSession(options with { Recurse = true }))
        {
            Assert.DoesNotContain(directory["data/sub/there"], deep.Until(directory["data/sub/fresh"]).Select(e => e.Path));
        }

        using var flatAgain = new WatchSession(options);
        WatchSession.Make(directory["data/sub/unwatched"]);
        Assert.DoesNotContain(directory["data/sub/unwatched"], flatAgain.Until(directory["data/last"]).Select(e => e.Path));
    }

    [Fact]
    public async Task A_state_is_there_once_all_was_looked_at_before_anything_happened()
    {
        using var stop = new CancellationTokenSource();
        var data = Directory.CreateDirectory(directory["data"]).FullName;
        var watching = Task.Run(() => new FileWatcher(new WatchOptions { Paths = [data], StatePath = directory["state"] }).Watch(stop.Token).Count());

        Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["state"]), TimeSpan.FromSeconds(20)));
        await stop.CancelAsync();
        Assert.Equal(0, await watching);
    }

    public void Dispose() => directory.Dispose();
}
