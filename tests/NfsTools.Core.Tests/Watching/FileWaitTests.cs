using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>
/// What changes while somebody waits is changed when the wait tells of a look that did not do: so each test knows what was
/// seen before. With a poll interval of a day it is inotify that ends the wait.
/// </summary>
public sealed class FileWaitTests : IDisposable
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_file_that_is_there_is_seen_at_the_first_look()
    {
        File.WriteAllText(directory["a"], "123");

        var result = Wait(new() { Path = directory["a"], Timeout = TimeSpan.Zero });

        Assert.Equal((directory["a"], true, 1, ""), (result.Path, result.Met, result.Looks, result.Problem));
        Assert.Equal(3, result.Last!.Size);
    }

    [Fact]
    public void A_file_that_this_host_makes_ends_the_wait_without_a_poll()
    {
        var result = Wait(new() { Path = directory["a"], PollInterval = Never }, () => File.WriteAllText(directory["a"], ""));

        Assert.Equal((true, 2), (result.Met, result.Looks));
    }

    [Fact]
    public void A_file_moved_there_ends_the_wait_too()
    {
        File.WriteAllText(directory["b"], "");

        Assert.True(Wait(new() { Path = directory["a"], PollInterval = Never }, () => File.Move(directory["b"], directory["a"])).Met);
    }

    [Fact]
    public void Where_inotify_tells_of_nothing_looks_find_it()
    {
        // The directory is not there when the wait begins, so that it cannot be watched.
        var result = Wait(new() { Path = directory["new/a"], PollInterval = Often }, () =>
        {
            Directory.CreateDirectory(directory["new"]);
            File.WriteAllText(directory["new/a"], "");
        });

        Assert.True(result.Met);
    }

    [Theory]
    [InlineData(WaitCondition.Newer)]
    [InlineData(WaitCondition.Stable)]
    public void A_device_is_there_but_never_found_written_or_standing_still(WaitCondition condition)
    {
        var result = Wait(new() { Path = "/dev/null", Condition = condition, StableFor = TimeSpan.Zero, Timeout = TimeSpan.Zero });

        Assert.False(result.Met);
        Assert.StartsWith("it is a device: ", result.Problem, StringComparison.Ordinal);
        Assert.True(Wait(new() { Path = "/dev/null", Timeout = TimeSpan.Zero }).Met);
    }

    [Fact]
    public void What_a_link_leads_to_is_waited_for()
    {
        Directory.CreateDirectory(directory["real"]);
        File.CreateSymbolicLink(directory["link"], "real/a");

        Assert.True(Wait(new() { Path = directory["link"], PollInterval = Often }, () => File.WriteAllText(directory["real/a"], "")).Met);
    }

    [Fact]
    public void Other_files_of_the_directory_cause_no_looks()
    {
        var result = Wait(new() { Path = directory["a"], PollInterval = Never, Timeout = TimeSpan.FromSeconds(1) }, () =>
        {
            for (var i = 0; i < 100; i++)
            {
                File.WriteAllText(directory[$"other{i}"], "");
            }
        });

        Assert.False(result.Met);
        Assert.InRange(result.Looks, 1, 2);
    }

    [Fact]
    public void The_end_of_a_file_is_waited_for()
    {
        File.WriteAllText(directory["a"], "");

        var result = Wait(new() { Path = directory["a"], Condition = WaitCondition.Gone, PollInterval = Never }, () => File.Delete(directory["a"]));

        Assert.Equal((true, false), (result.Met, result.Last!.Exists));
    }

    [Fact]
    public void A_file_is_newer_when_it_was_written_later_and_not_when_at_the_same_time()
    {
        File.WriteAllText(directory["a"], "");
        var then = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(directory["a"], then);
        var wait = new FileWait { Path = directory["a"], Condition = WaitCondition.Newer, NewerThan = then, PollInterval = Never };

        Assert.False(Wait(wait with { Timeout = TimeSpan.Zero }).Met);
        var result = Wait(wait, () => File.SetLastWriteTimeUtc(directory["a"], then.AddTicks(1)));

        Assert.Equal((true, then.AddTicks(1)), (result.Met, result.Last!.ModifyTime!.Value.UtcDateTime));
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_newer()
    {
        Assert.False(Wait(new() { Path = directory["a"], Condition = WaitCondition.Newer, NewerThan = DateTimeOffset.UnixEpoch, Timeout = TimeSpan.Zero }).Met);
    }

    [Fact]
    public void A_file_is_stable_once_it_stood_still_for_so_long_since_the_last_change_seen()
    {
        File.WriteAllText(directory["a"], "");
        var stable = TimeSpan.FromMilliseconds(200);
        var changes = 0;

        var result = Wait(
            new() { Path = directory["a"], Condition = WaitCondition.Stable, StableFor = stable, PollInterval = Never },
            () => File.AppendAllText(directory["a"], "more"),
            () => changes++ == 0);

        Assert.Equal((true, 4), (result.Met, result.Last!.Size));
        Assert.True(result.Waited >= stable);
        Assert.True(result.Looks >= 3);
    }

    [Fact]
    public void What_is_not_there_is_not_stable() =>
        Assert.False(Wait(new() { Path = directory["a"], Condition = WaitCondition.Stable, StableFor = TimeSpan.Zero, Timeout = TimeSpan.Zero }).Met);

    [Fact]
    public void When_the_time_is_over_what_was_seen_last_is_told()
    {
        var result = Wait(new() { Path = directory["a"], PollInterval = Often, Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal((false, false), (result.Met, result.Last!.Exists));
        Assert.True(result.Waited >= TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_path_that_cannot_be_looked_at_is_told_as_the_problem()
    {
        File.CreateSymbolicLink(directory["loop"], "loop");

        var result = Wait(new() { Path = directory["loop"], Timeout = TimeSpan.Zero });

        Assert.Equal((false, null), (result.Met, result.Last));
        Assert.Contains("symbolic links", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_is_cancelled_at_once()
    {
        using var stop = new CancellationTokenSource();
        var wait = new FileWait { Path = directory["a"], PollInterval = Never };

        Assert.Throws<OperationCanceledException>(() => wait.Run(stop.Token, progress: new Told(_ => stop.Cancel())));
    }

    private static FileWaitResult Wait(FileWait wait, Action? onLook = null, Func<bool>? when = null) =>
        wait.Run(TestContext.Current.CancellationToken, progress: new Told(_ =>
        {
            if (when?.Invoke() ?? true)
            {
                onLook?.Invoke();
            }
        }));

    private sealed class Told(Action<FileWaitResult> tell) : IProgress<FileWaitResult>
    {
        public void Report(FileWaitResult value) => tell(value);
    }
}
