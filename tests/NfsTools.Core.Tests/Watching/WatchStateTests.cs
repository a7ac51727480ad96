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
        AwaitState();
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

        AwaitState();
        await stop.CancelAsync();
        Assert.Equal(0, await watching);
    }

    [Theory]
    [InlineData("a*", false, "b*", false)]
    [InlineData("a*", false, "*", true)]
    [InlineData("a*", true, "*", false)]
    public void Names_that_the_earlier_watch_did_not_look_at_are_no_news_and_no_other_is_reported_as_gone(string earlier, bool earlierRecurses, string later, bool laterRecurses)
    {
        Directory.CreateDirectory(directory["data/sub"]);
        foreach (var name in new[] { "a", "b", "sub/a", "sub/b" })
        {
            WatchSession.Make(directory["data/" + name]);
        }

        var options = new WatchOptions { Paths = [directory["data"]], StatePath = directory["state"] };
        using (var first = new WatchSession(options with { Filter = earlier, Recurse = earlierRecurses }, awaitStart: false))
        {
            AwaitState();
        }

        File.Copy(directory["state"], directory["before"]);
        using var second = new WatchSession(options with { Filter = later, Recurse = laterRecurses }, awaitStart: false);

        // Once its first look is saved.
        Assert.True(SpinWait.SpinUntil(() => !File.ReadAllBytes(directory["state"]).SequenceEqual(File.ReadAllBytes(directory["before"])), TimeSpan.FromSeconds(20)));
        second.AssertSilent(directory["data/b-end"]);
    }

    [Fact]
    public void Names_that_the_earlier_watch_looked_at_are_news_under_another_filter_too()
    {
        var options = new WatchOptions { Paths = [directory["data"]], StatePath = directory["state"] };
        WatchSession.Make(Path.Combine(Directory.CreateDirectory(directory["data"]).FullName, "a-goes"));
        using (var all = new WatchSession(options, awaitStart: false))
        {
            AwaitState();
        }

        File.Delete(directory["data/a-goes"]);
        WatchSession.Make(directory["data/a-comes"]);
        WatchSession.Make(directory["data/b-comes"]);
        using var some = new WatchSession(options with { Filter = "a*" }, awaitStart: false);
        var told = some.Until(directory["data/a-end"]);

        Assert.Equal([directory["data/a-comes"], directory["data/a-goes"]], told.Select(e => e.Path).Order());
    }

    [Fact]
    public void A_directory_made_while_nobody_watched_is_news_whatever_the_filter()
    {
        var options = new WatchOptions { Paths = [directory["data"]], Filter = "*.a", Recurse = true, StatePath = directory["state"] };
        Directory.CreateDirectory(directory["data"]);
        using (var first = new WatchSession(options, awaitStart: false))
        {
            AwaitState();
        }

        Directory.CreateDirectory(directory["data/fresh"]);
        WatchSession.Make(directory["data/fresh/file.a"]);
        using var second = new WatchSession(options, awaitStart: false);

        Assert.Equal((FileEventKind.Created, directory["data/fresh/file.a"]), (second.Next() is var e ? e.Kind : default, e.Path));
    }

    [Fact]
    public void What_was_reported_and_not_saved_is_reported_again()
    {
        Directory.CreateDirectory(directory["data"]);
        var options = new WatchOptions { Paths = [directory["data"]], StatePath = directory["state"] };
        using (var first = new WatchSession(options, awaitStart: false))
        {
            AwaitState();
        }

        // Whoever leaves in the midst of events saves nothing, as one that is killed.
        WatchSession.Make(directory["data/file"]);
        for (var i = 0; i < 2; i++)
        {
            var told = new FileWatcher(options).Watch(TestContext.Current.CancellationToken).First();
            Assert.Equal((FileEventKind.Created, directory["data/file"]), (told.Kind, told.Path));
        }
    }

    [Fact]
    public void A_state_that_cannot_be_written_is_an_error_and_leaves_nothing_behind()
    {
        Directory.CreateDirectory(directory["state/in-the-way"]);
        var watcher = new FileWatcher(new WatchOptions { Paths = [directory["state"]], StatePath = directory["state"] });

        var error = Assert.Throws<NfsToolsException>(() => watcher.Watch(TestContext.Current.CancellationToken).First());

        Assert.StartsWith(directory["state"] + ": the state cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Equal([directory["state"]], Directory.GetFileSystemEntries(directory[""]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ \"version\": 1 }")]
    [InlineData("{ \"version\": 1, \"folders\": [ { \"root\": \"/\" } ] }")]
    [InlineData("null")]
    public void A_file_that_lacks_what_a_state_has_is_no_state(string content)
    {
        File.WriteAllText(directory["state"], content);
        var watcher = new FileWatcher(new WatchOptions { Paths = [directory[""]], StatePath = directory["state"] });

        Assert.Contains(directory["state"], Assert.Throws<NfsToolsException>(() => watcher.Watch(TestContext.Current.CancellationToken).First()).Message, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private void AwaitState() => Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["state"]), TimeSpan.FromSeconds(20)));
}
