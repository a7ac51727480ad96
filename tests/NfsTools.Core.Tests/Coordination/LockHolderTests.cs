using NfsTools.Coordination;

namespace NfsTools.Core.Tests.Coordination;

public sealed class LockHolderTests
{
    private const long Now = 1_700_000_000_000;
    private static readonly LockHolder Ann = new()
    {
        User = "ann", Host = "lx1", ProcessId = 4711, ProcessStart = DateTimeOffset.UnixEpoch.AddDays(1), Epoch = 12, Since = DateTimeOffset.UnixEpoch.AddDays(2), Purpose = "make: all",
    };

    [Fact]
    public void What_is_written_is_read_back() => Assert.Equal(Ann, LockHolder.Parse(Ann.ToText()));

    [Fact]
    public void What_is_left_of_a_longer_text_before_is_not_read() => Assert.Equal(Ann, LockHolder.Parse(Ann.ToText() + "epoch: 99\nuser: bob\n\n"));

    [Fact]
    public void It_is_told_in_one_line() => Assert.Equal("ann on lx1, process 4711, since 1970-01-03T00:00:00Z, epoch 12: make: all", Ann.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("some data\n\n")]
    [InlineData("epoch: 1\n\n")]
    public void A_text_that_is_none_is_told_apart(string text) => Assert.Null(LockHolder.Parse(text));

    [Theory]
    [InlineData("epoch: 12", "epoch: -1")]
    [InlineData("epoch: 12", "epoch: 99999999999999999999")]
    [InlineData("process: 4711", "process: x")]
    [InlineData("since: ", "sinse: ")]
    public void A_damaged_text_is_none(string from, string to) => Assert.Null(LockHolder.Parse(Ann.ToText().Replace(from, to, StringComparison.Ordinal)));

    [Theory]
    [InlineData("", 1)]
    [InlineData("epoch: 12", 13)]
    [InlineData("epoch: 1000000000000", 1_000_000_000_001)]
    [InlineData("epoch: 9223372036854775805", Now)]
    [InlineData("epoch: 9223372036854775806", Now)]
    [InlineData("epoch: 9223372036854775807", Now)]
    [InlineData("epoch: 99999999999999999999", Now)]
    [InlineData("epoch: -1", Now)]
    [InlineData("epoch:", Now)]
    [InlineData("cut off", Now)]
    [InlineData("never written", Now)]
    public void The_next_epoch_is_above_every_one_that_was_counted_whatever_the_text(string text, long expected)
    {
        text = text switch
        {
            "" => "",
            "cut off" => Ann.ToText()[..20],
            "never written" => new string('\0', 200),
            _ => Ann.ToText().Replace("epoch: 12", text, StringComparison.Ordinal),
        };

        Assert.True(LockHolder.IsMeant(text));
        Assert.Equal(expected, LockHolder.NextEpoch(text, new FixedClock()));
    }

    [Fact]
    public void Also_from_the_highest_epoch_that_a_count_is_believed_to_reach_epochs_grow()
    {
        var clock = new FixedClock();
        var first = LockHolder.NextEpoch((Ann with { Epoch = Now + 999_999_999_999_999 }).ToText(), clock);
        clock.Time += TimeSpan.FromMilliseconds(1);

        Assert.Equal(first + 1, LockHolder.NextEpoch((Ann with { Epoch = first }).ToText(), clock));
    }

    [Fact]
    public void Whoever_writes_the_file_cannot_reach_the_terminal_of_who_reads_it() =>
        Assert.Equal("?[31mann????", LockHolder.Parse(Ann.ToText().Replace("user: ann", "user: \e[31mann\u202e\u0085\U000E0041\ufe0f", StringComparison.Ordinal))?.User);

    [Fact]
    public void A_purpose_stays_one_short_line()
    {
        var holder = LockHolder.Here(1, "a\nepoch: 9\n" + new string('x', 100_000), TimeProvider.System);

        Assert.StartsWith("a epoch: 9 xxx", holder.Purpose, StringComparison.Ordinal);
        Assert.Equal(holder, LockHolder.Parse(holder.ToText()));
        Assert.InRange(holder.ToText().Length, 1, 1000);
    }

    [Fact]
    public void The_longest_texts_fit_into_one_read()
    {
        var purpose = string.Concat(Enumerable.Repeat("\u6f22\U0001F512", 1000));
        var holder = LockHolder.Here(long.MaxValue, purpose, TimeProvider.System) with { User = new string('\u6f22', 400), Host = new string('\u6f22', 400) };

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(holder.ToText()), 1, 4096);
        Assert.Equal(holder, LockHolder.Parse(holder.ToText()));
    }

    private sealed class FixedClock : TimeProvider
    {
        public DateTimeOffset Time { get; set; } = DateTimeOffset.FromUnixTimeMilliseconds(Now);

        public override DateTimeOffset GetUtcNow() => Time;
    }
}
