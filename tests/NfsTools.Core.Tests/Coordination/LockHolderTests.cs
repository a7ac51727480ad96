using NfsTools.Coordination;

namespace NfsTools.Core.Tests.Coordination;

public sealed class LockHolderTests
{
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

    [Fact]
    public void Whoever_writes_the_file_cannot_reach_the_terminal_of_who_reads_it() =>
        Assert.Equal("?[31mann??", LockHolder.Parse(Ann.ToText().Replace("user: ann", "user: \e[31mann\u202e\u0085", StringComparison.Ordinal))?.User);

    [Fact]
    public void A_purpose_stays_one_short_line()
    {
        var holder = LockHolder.Here(1, "a\nepoch: 9\n" + new string('x', 100_000), TimeProvider.System);

        Assert.StartsWith("a?epoch: 9?xxx", holder.Purpose, StringComparison.Ordinal);
        Assert.Equal(holder, LockHolder.Parse(holder.ToText()));
        Assert.InRange(holder.ToText().Length, 1, 1000);
    }
}
