using NfsTools.Jobs;
using NfsTools.Stamps;

namespace NfsTools.Core.Tests.Jobs;

/// <summary>
/// What changes while a check waits is changed when the check tells of a look with which not all was as expected. Where the
/// wait may take a day, it is the change itself that ends it.
/// </summary>
public sealed class StampCheckTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly DateTime Then = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Files_that_are_as_expected_take_one_look()
    {
        Write("a", "12345");
        var stamp = Stamp("a");

        var checks = Run(new() { Path = directory["a"], Stamp = stamp }, new() { Path = directory["a"] });

        Assert.All(checks, c => Assert.Equal((true, StampVerdict.Holds, 1), (c.Holds, c.Verdict, c.Attempts)));
        Assert.Equal(["it is as expected", "it is there"], checks.Select(c => c.Reason));
        Assert.Equal(StampMethod.Direct, checks[0].Found!.Method);
    }

    [Fact]
    public void A_device_is_there_and_has_no_times_to_compare()
    {
        var checks = Run(new() { Path = "/dev/null" }, new() { Path = "/dev/null", NewerThan = DateTimeOffset.UnixEpoch }, new() { Path = "/dev/null", Stamp = new FreshStamps().Take("/dev/null") });

        Assert.Equal([StampVerdict.Holds, StampVerdict.Different, StampVerdict.Different], checks.Select(c => c.Verdict));
        Assert.StartsWith("it is a device: ", checks[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_comes_while_it_waits_ends_the_wait_at_once()
    {
        Write("b", "");

        var check = new StampCheck { Files = [new() { Path = directory["a"] }, new() { Path = directory["b"] }], Retries = 1, RetryDelay = Day };
        var told = new List<string>();
        var checks = check.Run(TestContext.Current.CancellationToken, progress: new Told(pending =>
        {
            told.AddRange(pending.Select(p => $"{p.Path}: {p.Reason}"));
            Write("a", "");
        }));

        Assert.All(checks, c => Assert.True(c.Holds));
        Assert.Equal(1, checks[1].Attempts);
        Assert.InRange(checks[0].Attempts, 2, 3);
        Assert.Contains($"{directory["a"]}: nothing is there", told);
    }

    [Fact]
    public void A_file_in_a_directory_that_is_not_there_yet_is_found_by_looks()
    {
        var check = new StampCheck { Files = [new() { Path = directory["new/a"] }], Retries = 1, RetryDelay = Day };
        var rounds = 0;

        var checks = check.Run(TestContext.Current.CancellationToken, progress: new Told(_ =>
        {
            if (++rounds == 3)
            {
                Directory.CreateDirectory(directory["new"]);
                Write("new/a", "");
            }
        }));

        Assert.True(checks[0].Holds);
        Assert.True(checks[0].Attempts > 3);
    }

    [Fact]
    public void Without_retries_there_is_one_look_and_without_a_delay_one_a_retry()
    {
        FileExpectation[] missing = [new() { Path = directory["a"] }];

        var once = new StampCheck { Files = missing, Retries = 0 }.Run(TestContext.Current.CancellationToken);
        var thrice = new StampCheck { Files = missing, Retries = 2, RetryDelay = TimeSpan.Zero }.Run(TestContext.Current.CancellationToken);

        Assert.Equal((1, StampVerdict.Missing, "nothing is there"), (once[0].Attempts, once[0].Verdict, once[0].Reason));
        Assert.Equal(3, thrice[0].Attempts);
    }

    [Fact]
    public void The_wait_ends_when_the_retries_are_over()
    {
        var delay = TimeSpan.FromMilliseconds(150);

        var check = new StampCheck { Files = [new() { Path = directory["a"] }], Retries = 2, RetryDelay = delay }.Run(TestContext.Current.CancellationToken)[0];

        Assert.False(check.Holds);
        Assert.True(check.Waited >= 2 * delay);
    }

    [Fact]
    public void Whatever_differs_from_the_stamp_is_told()
    {
        Write("a", "12345", Then);
        var stamp = Stamp("a");

        Write("a", "123456", Then.AddSeconds(2));
        Assert.Equal((StampVerdict.Newer, "it was written 2026-01-02T03:04:07.0000000Z, 2 s later than expected, with 6 bytes instead of 5"), Verdict(stamp));
        Write("a", "12345", Then.AddTicks(-1));
        Assert.Equal((StampVerdict.Older, "it was written 2026-01-02T03:04:04.9999999Z, 0.0000001 s earlier than expected"), Verdict(stamp));
        Write("a", "123", Then);
        Assert.Equal((StampVerdict.Different, "its mtime is the expected one, but its size is 3, not 5"), Verdict(stamp));
        Write("b", "12345", Then);
        File.Move(directory["b"], directory["a"], overwrite: true);
        Assert.Matches(@"^its mtime is the expected one, but it is another file \(inode \d+, not \d+\)$", Verdict(stamp).Reason);
        File.Delete(directory["a"]);
        Assert.Equal((StampVerdict.Missing, "nothing is there"), Verdict(stamp));
    }

    [Fact]
    public void Content_rewritten_to_the_same_size_and_mtime_is_told_by_its_ctime()
    {
        Write("a", "12345", Then);
        var stamp = Stamp("a");

        do
        {
            Write("a", "54321", Then);
        }
        while (Stamp("a").ChangeTimeNs == stamp.ChangeTimeNs);

        var (verdict, reason) = Verdict(stamp);
        Assert.Equal(StampVerdict.Different, verdict);
        Assert.Matches(@"^its mtime is the expected one, but its ctime is \d+ ns, not \d+$", reason);
    }

    [Fact]
    public void Another_name_for_a_file_hides_what_else_was_changed_and_is_told()
    {
        Write("a", "12345", Then);
        var stamp = Stamp("a");

        for (var i = 0; i == 0 || Stamp("a").ChangeTimeNs == stamp.ChangeTimeNs; i++)
        {
            Link(directory["a"], directory[$"b{i}"]);
        }

        Assert.False(stamp.Same(Stamp("a")));
        var (verdict, reason) = Verdict(stamp);
        Assert.Equal(StampVerdict.Different, verdict);
        Assert.Contains("as another name (hard link) for it leaves it", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_tolerance_a_copy_with_its_times_kept_is_as_good()
    {
        Write("a", "12345", Then);
        var stamp = Stamp("a");
        Write("b", "12345", Then.AddSeconds(1.5));
        Write("c", "123", Then);

        Assert.Equal(
            [true, false, false],
            Run(Copy("b", 1.5), Copy("b", 1.4), Copy("c", 1.5)).Select(c => c.Holds));

        FileExpectation Copy(string name, double seconds) => new() { Path = directory[name], Stamp = stamp, Tolerance = TimeSpan.FromSeconds(seconds) };
    }

    [Fact]
    public void Times_are_compared_exactly_or_within_the_tolerance()
    {
        Write("a", "", Then);
        FileExpectation any = new() { Path = directory["a"] };
        DateTimeOffset then = Then;
        var tick = TimeSpan.FromTicks(1);

        Assert.Equal(
            [true, false, true, true, false, true, false, true],
            Run(
                any with { ModifyTime = then },
                any with { ModifyTime = then + tick },
                any with { ModifyTime = then + tick, Tolerance = tick },
                any with { NewerThan = then - tick },
                any with { NewerThan = then },
                any with { OlderThan = then + tick },
                any with { OlderThan = then },
                any with { NewerThan = then, OlderThan = then, Tolerance = tick }).Select(c => c.Holds));
    }

    [Fact]
    public void That_nothing_is_there_can_be_expected()
    {
        var nothing = Stamp("a");
        Assert.Equal(StampVerdict.Holds, Verdict(nothing).Verdict);

        Write("a", "");
        Assert.Equal((StampVerdict.Different, "something is there"), Verdict(nothing));
    }

    [Fact]
    public void A_file_that_cannot_be_looked_at_has_its_own_reason_and_the_others_their_verdicts()
    {
        File.CreateSymbolicLink(directory["loop"], "loop");
        Write("a", "");

        var checks = Run(new() { Path = directory["loop"] }, new() { Path = directory["a"] });

        Assert.Equal((StampVerdict.NoAnswer, null), (checks[0].Verdict, checks[0].Found));
        Assert.Contains("symbolic links", checks[0].Reason, StringComparison.Ordinal);
        Assert.True(checks[1].Holds);
    }

    [Fact]
    public void A_wait_is_cancelled_at_once()
    {
        using var stop = new CancellationTokenSource();
        var check = new StampCheck { Files = [new() { Path = directory["a"] }], RetryDelay = Day };

        Assert.Throws<OperationCanceledException>(() => check.Run(stop.Token, progress: new Told(_ => stop.Cancel())));
    }

    [Fact]
    public void A_manifest_knows_a_file_by_another_name_of_its_directory_too_and_the_last_stamp_counts()
    {
        Directory.CreateDirectory(directory["real"]);
        Directory.CreateSymbolicLink(directory["link"], "real");
        Write("real/a", "1");
        var old = Stamp("link/a");
        Write("real/a", "12");
        var stamp = Stamp("link/a");
        StampManifest.Write(directory["old.json"], [old]);
        StampManifest.Write(directory["m.json"], [stamp]);

        var expected = ExpectedStamps.Read([directory["m.json"], directory["old.json"]]);

        Assert.Equal((2, 2), (expected.Of(directory["link/a"])!.Size, expected.Of(directory["real/a"])!.Size));
        Assert.Null(expected.Of(directory["real/b"]));
        Assert.Equal([directory["link/a"]], expected.All.Select(s => s.Path));
    }

    private static IReadOnlyList<FileCheck> Run(params IReadOnlyList<FileExpectation> files) => new StampCheck { Files = files, Retries = 0 }.Run(TestContext.Current.CancellationToken);

    private (StampVerdict Verdict, string Reason) Verdict(FileStamp expected)
    {
        var check = Run(new FileExpectation { Path = directory["a"], Stamp = expected })[0];
        return (check.Verdict, check.Reason);
    }

    private FileStamp Stamp(string name) => new FreshStamps().Take(directory[name]);

    private void Write(string name, string content, DateTime? time = null)
    {
        File.WriteAllText(directory[name], content);
        if (time is { } then)
        {
            File.SetLastWriteTimeUtc(directory[name], then);
        }
    }

    private static void Link(string file, string name)
    {
        using var ln = System.Diagnostics.Process.Start("ln", [file, name]);
        ln.WaitForExit();
    }

    private sealed class Told(Action<IReadOnlyList<FileCheck>> tell) : IProgress<IReadOnlyList<FileCheck>>
    {
        public void Report(IReadOnlyList<FileCheck> value) => tell(value);
    }
}
