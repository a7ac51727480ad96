using NfsTools.Coordination;

namespace NfsTools.Core.Tests.Coordination;

public sealed class SharedLockTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly LockOptions Watched = new() { Ttl = TimeSpan.FromMilliseconds(300) };
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void One_at_a_time_holds_it_and_the_other_is_told_who()
    {
        using var held = Take(new LockOptions { Purpose = "tests" })!;

        Assert.True(held.IsHeld);
        Assert.Null(Take(out var holder));
        Assert.Equal(held.Holder, holder);
        Assert.Equal((TestUser.Name, Environment.MachineName, Environment.ProcessId, "tests"), (holder!.User, holder.Host, holder.ProcessId, holder.Purpose));
        Assert.True(holder.ProcessStart <= holder.Since);
    }

    [Fact]
    public void Released_it_is_free_and_its_file_stays()
    {
        var held = Take()!;
        held.Dispose();

        Assert.False(held.IsHeld);
        Assert.False(held.Confirm());
        Assert.False(held.Lost.IsCancellationRequested);
        Assert.True(File.Exists(directory["l"]));
        using var next = Take();
        Assert.NotNull(next);
    }

    [Fact]
    public void The_epoch_grows_with_each_holder()
    {
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            using var held = Take();
            Assert.Equal(epoch, held!.Holder.Epoch);
        }
    }

    [Fact]
    public void Its_file_is_for_its_user_alone_and_tells_people_who_holds_it()
    {
        using var held = Take()!;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory["l"]));
        Assert.Contains($"\nhost: {Environment.MachineName}\nprocess: {Environment.ProcessId}\n", ReadFile("l"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_with_another_mode_is_taken_as_it_is()
    {
        File.WriteAllText(directory["l"], "");
        File.SetUnixFileMode(directory["l"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);

        using var held = Take();

        Assert.Equal(1, held!.Holder.Epoch);
        Assert.True(File.GetUnixFileMode(directory["l"]).HasFlag(UnixFileMode.GroupWrite));
    }

    [Fact]
    public void What_is_no_lock_file_is_refused_and_left_as_it_is()
    {
        File.WriteAllText(directory["data"], "precious\n");
        File.WriteAllText(directory["one"], "");
        using (var link = System.Diagnostics.Process.Start("ln", [directory["one"], directory["two"]]))
        {
            link.WaitForExit();
        }

        File.CreateSymbolicLink(directory["link"], directory["target"]);

        Assert.Equal($"{directory["data"]}: it holds something else than a lock.", Refusal("data"));
        Assert.Equal($"{directory["one"]}: it has another name as well.", Refusal("one"));
        Assert.Equal($"{directory["link"]}: it is a symbolic link, which is not followed.", Refusal("link"));
        Assert.Equal($"The lock cannot be used: {Path.GetDirectoryName(directory["l"])}: Is a directory.", Refusal("."));
        Assert.Equal($"The lock cannot be used: {directory["no/l"]}: No such file or directory.", Refusal("no/l"));
        Assert.Equal("/dev/null: it is no regular file.", Refusal("/dev/null"));
        Assert.Equal("precious\n", ReadFile("data"));
        Assert.False(File.Exists(directory["target"]));
    }

    [Fact]
    public void A_wait_ends_when_its_time_is_over_or_it_is_cancelled()
    {
        using var held = Take()!;
        using var stop = new CancellationTokenSource();
        var told = new Told(_ => stop.Cancel());

        Assert.Null(Take(out var holder, new LockOptions { Wait = TimeSpan.FromMilliseconds(100) }));
        Assert.Equal(held.Holder, holder);
        Assert.ThrowsAny<OperationCanceledException>(() => SharedLock.TryAcquire(directory["l"], out _, new LockOptions { Wait = Timeout.InfiniteTimeSpan }, told, cancellation: stop.Token));
    }

    [Fact]
    public void A_wait_ends_when_the_holder_lets_go()
    {
        var held = Take()!;

        using var next = Take(out _, new LockOptions { Wait = Patience }, new Told(_ => held.Dispose()));

        Assert.Equal(2, next?.Holder.Epoch);
    }

    [Fact]
    public void Of_many_at_once_one_at_a_time_has_it()
    {
        var (inside, most, count) = (0, 0, 0);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var held = Take(new LockOptions { Wait = Patience });
            most = Math.Max(most, Interlocked.Increment(ref inside));
            count++;
            Interlocked.Decrement(ref inside);
        });

        Assert.Equal((1, 8), (most, count));
        using var last = Take();
        Assert.Equal(9, last!.Holder.Epoch);
    }

    [Theory]
    [InlineData("deleted", "the lock file was deleted or replaced")]
    [InlineData("replaced", "the lock file was deleted or replaced")]
    [InlineData("emptied", "the lock file was emptied")]
    [InlineData("overwritten", "it holds something else than a lock")]
    [InlineData("taken", "another has taken it meanwhile: ann on lx1")]
    public void That_it_is_lost_is_noticed(string how, string reason)
    {
        using var held = Take(Watched)!;

        Spoil(how, held.Holder);

        WaitForLoss(held);
        Assert.False(held.IsHeld);
        Assert.Contains(reason, held.LostReason, StringComparison.Ordinal);
        Assert.False(held.Confirm());
    }

    [Fact]
    public void At_the_end_it_can_be_asked_whether_it_was_held_all_along()
    {
        using var held = Take(new LockOptions { Ttl = TimeSpan.FromHours(1) })!;
        Assert.True(held.Confirm());

        File.Delete(directory["l"]);

        Assert.False(held.Confirm());
        Assert.Equal("the lock file was deleted or replaced", held.LostReason);
        Assert.True(held.Lost.IsCancellationRequested);
    }

    [Fact]
    public void A_lost_lock_leaves_the_file_to_the_next_holder()
    {
        using var held = Take(Watched)!;
        File.Move(directory["l"], directory["old"]);

        using var next = Take();
        WaitForLoss(held);
        held.Dispose();

        Assert.NotNull(next);
        Assert.True(next.Confirm());
    }

    [Fact]
    public void The_status_tells_whether_it_is_held_and_who_took_it_last()
    {
        Assert.Equal((false, null), (Status().IsHeld, Status().Holder));
        Assert.False(File.Exists(directory["l"]));

        var held = Take()!;
        Assert.Equal((true, held.Holder, directory["l"]), (Status().IsHeld, Status().Holder, Status().Path));

        held.Dispose();
        Assert.Equal((false, held.Holder), (Status().IsHeld, Status().Holder));
    }

    [Fact]
    public void A_time_to_live_of_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Take(new LockOptions { Ttl = TimeSpan.Zero }));

    private SharedLock? Take(LockOptions? options = null) => Take(out _, options);

    private SharedLock? Take(out LockHolder? holder, LockOptions? options = null, IProgress<LockHolder?>? progress = null) =>
        SharedLock.TryAcquire(directory["l"], out holder, options, progress, cancellation: TestContext.Current.CancellationToken);

    private static void WaitForLoss(SharedLock held) => Assert.True(held.Lost.WaitHandle.WaitOne(Patience), "The loss is not noticed.");

    private LockStatus Status() => LockStatus.Of(directory["l"], TestContext.Current.CancellationToken);

    private string Refusal(string name)
    {
        var error = Assert.Throws<NfsToolsException>(() => SharedLock.TryAcquire(directory[name], cancellation: TestContext.Current.CancellationToken));
        Assert.NotEmpty(error.Remedy);
        return error.Message;
    }

    // Without .NET's own lock on the file.
    private string ReadFile(string name)
    {
        using var file = new StreamReader(new FileStream(directory[name], FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd();
    }

    private void Spoil(string how, LockHolder holder)
    {
        switch (how)
        {
            case "deleted":
                File.Delete(directory["l"]);
                break;
            case "replaced":
                File.WriteAllText(directory["new"], holder.ToText());
                File.Move(directory["new"], directory["l"], overwrite: true);
                break;
            default:
                using (var file = new FileStream(directory["l"], FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
                {
                    file.Write(System.Text.Encoding.UTF8.GetBytes(how switch
                    {
                        "emptied" => "",
                        "taken" => (holder with { User = "ann", Host = "lx1", Epoch = holder.Epoch + 1 }).ToText(),
                        _ => "nonsense\n",
                    }));
                }

                break;
        }
    }

    private sealed class Told(Action<LockHolder?> told) : IProgress<LockHolder?>
    {
        public void Report(LockHolder? value) => told(value);
    }
}
