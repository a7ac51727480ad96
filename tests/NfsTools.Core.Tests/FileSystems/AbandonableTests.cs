using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Core.Tests.FileSystems;

public sealed class AbandonableTests
{
    [Fact]
    public async Task Work_that_hangs_holds_up_no_other_work()
    {
        using var answer = new ManualResetEventSlim();
        var hanging = Enumerable.Range(0, 50).Select(i => Abandonable.Start(() => Answered(answer, i))).ToArray();

        Assert.True(Abandonable.TryRun(() => 1, Timeout.InfiniteTimeSpan, out var other, TestContext.Current.CancellationToken));

        Assert.Equal(1, other);
        Assert.DoesNotContain(hanging, task => task.IsCompleted);
        answer.Set();
        Assert.Equal(Enumerable.Range(0, 50), await Task.WhenAll(hanging));
    }

    [Fact]
    public async Task Work_that_starts_other_work_and_waits_for_it_ends()
    {
        var outer = Enumerable.Range(0, 200).Select(i => Abandonable.Start(() => Nested(i % 5))).ToArray();

        Assert.Equal(Enumerable.Range(0, 200).Select(i => i % 5), await Task.WhenAll(outer));
    }

    [Fact]
    public void What_the_work_throws_is_thrown()
    {
        Assert.Throws<IOException>(() => Abandonable.TryRun<int>(() => throw new IOException(), Timeout.InfiniteTimeSpan, out _, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void Looks_give_their_results_in_the_order_of_the_items(int count)
    {
        var items = Enumerable.Range(0, count).ToList();

        Assert.Equal(items, InFlight.Select(items, i => i));
        Assert.Equal(items, InFlight.SelectAtOnce(items, i => i));
    }

    // The first looks show that they take long; each of the others comes back only once a second one is under way.
    [Fact]
    public void Looks_that_take_long_are_under_way_at_once()
    {
        using var met = new ManualResetEventSlim();
        var underWay = 0;

        var results = InFlight.Select([.. Enumerable.Range(0, 20)], i =>
        {
            if (i < 2)
            {
                Thread.Sleep(50);
                return true;
            }

            if (Interlocked.Increment(ref underWay) == 2)
            {
                met.Set();
            }

            return met.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        });

        Assert.DoesNotContain(false, results);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_look_that_fails_is_the_error_of_all(int failing)
    {
        var items = Enumerable.Range(0, 20).ToList();
        int Look(int i) => i == failing ? throw new IOException("gone", 116) : i;

        Assert.Equal(116, Assert.Throws<IOException>(() => InFlight.Select(items, Look)).HResult);
        Assert.Equal(116, Assert.Throws<IOException>(() => InFlight.SelectAtOnce(items, Look)).HResult);
    }

    private static int Answered(ManualResetEventSlim answer, int value)
    {
        answer.Wait();
        return value;
    }

    private static int Nested(int depth) =>
        depth > 0 && Abandonable.TryRun(() => Nested(depth - 1), Timeout.InfiniteTimeSpan, out var below) ? below + 1 : 0;
}
