using NfsTools.Coordination;
using NfsTools.Jobs;
using NfsTools.Jobs.Flows;

namespace NfsTools.Core.Tests;

public sealed class DurationTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1500)]
    [InlineData("50d", 50 * 86_400_000L)]
    [InlineData("8760h", 365 * 86_400_000L)]
    [InlineData("365d", 365 * 86_400_000L)]
    public void A_duration_is_a_number_of_seconds_or_has_a_unit(string text, long milliseconds) => Assert.Equal(milliseconds, Duration.Parse(text)!.Time.TotalMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1 s")]
    [InlineData("1e3")]
    [InlineData("366d")]
    [InlineData("NaN")]
    [InlineData("99999999999999999999999d")]
    public void What_is_no_duration_or_too_long_is_none(string text) => Assert.Null(Duration.Parse(text));

    [Theory]
    [InlineData("run --timeout 365d --grace 365d --delay 365d --retries 1000000 -n -i in cat in")]
    [InlineData("check in --retries 1000000 --delay 365d --tolerance 365d --newer-than in")]
    [InlineData("lock l --wait 365d --ttl 365d --grace 365d -- cat in")]
    [InlineData("wait in --timeout 365d --poll 365d")]
    [InlineData("stamp in --timeout 365d")]
    [InlineData("fs in --timeout 365d")]
    [InlineData("flow run flow.yaml --delay 365d --retries 1000000")]
    public void The_longest_duration_is_accepted(string line)
    {
        File.WriteAllText(directory["in"], "");
        File.WriteAllText(directory["flow.yaml"], "jobs:\n- {name: j, command: cat in >out, inputs: in, outputs: out, timeout: 365d}\n");

        var outcome = NfstoolsProcess.RunIn(directory[""], line.Split(' '));

        Assert.True(outcome.Code == 0, outcome.Errors);
    }

    [Theory]
    [InlineData("5m", 300)]
    [InlineData("2.5", 2.5)]
    public void A_flows_timeout_may_have_a_unit(string text, double seconds)
    {
        File.WriteAllText(directory["flow.yaml"], $"jobs:\n- {{name: j, command: \"true\", outputs: out, timeout: {text}}}\n");

        Assert.Equal(seconds, JobFlow.Load(directory["flow.yaml"]).Jobs[0].Timeout.TotalSeconds);
    }

    [Fact]
    public void A_command_may_be_given_sixty_days_to_end()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var child = new ChildProcess { Command = new ChildCommand { FileName = "sleep", Arguments = ["1000"] }, Timeout = TimeSpan.FromDays(60), Grace = TimeSpan.FromDays(60) };

        Assert.Equal(15, child.Run(stop.Token).Signal);
    }

    [Fact]
    public void A_countdown_runs_out_when_all_of_its_time_is_over()
    {
        var clock = new HastyTime(TimeSpan.MaxValue);
        using var over = new ManualResetEventSlim();
        using var countdown = new Countdown(clock, over.Set);

        countdown.Start(TimeSpan.FromDays(365));
        over.Wait(TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromDays(365), clock.Passed);
    }

    [Fact]
    public void A_lock_that_may_go_unconfirmed_for_sixty_days_is_watched_all_the_same()
    {
        using var held = SharedLock.TryAcquire(directory["l"], out _, new LockOptions { Ttl = TimeSpan.FromDays(60), Wait = TimeSpan.FromDays(60) }, time: new HastyTime(LockOptions.UsualTtl), cancellation: TestContext.Current.CancellationToken)!;

        File.Delete(directory["l"]);

        Assert.True(held.Lost.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.Equal("the lock file was deleted or replaced", held.LostReason);
    }

    /// <summary>A clock whose timers run out at once, those that are not longer than a time.</summary>
    private sealed class HastyTime(TimeSpan most) : TimeProvider
    {
        private readonly TimeSpan longest = most;

        public TimeSpan Passed { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new HastyTimer(this, callback, state, dueTime);

        private sealed class HastyTimer : ITimer
        {
            private readonly HastyTime clock;
            private readonly Timer timer;

            public HastyTimer(HastyTime clock, TimerCallback callback, object? state, TimeSpan dueTime)
            {
                (this.clock, timer) = (clock, new Timer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
                Change(dueTime, Timeout.InfiniteTimeSpan);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                // What .NET's timers refuse.
                ArgumentOutOfRangeException.ThrowIfGreaterThan(dueTime.TotalMilliseconds, uint.MaxValue - 1.0);
                if (dueTime < TimeSpan.Zero || dueTime > clock.longest)
                {
                    return true;
                }

                clock.Passed += dueTime;
                return timer.Change(TimeSpan.Zero, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
