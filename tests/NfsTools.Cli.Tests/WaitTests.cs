using System.Text.Json;

namespace NfsTools.Cli.Tests;

public sealed class WaitTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void What_is_there_ends_it_with_0_and_is_told()
    {
        File.WriteAllText(directory["a"], "12345");

        var outcome = NfstoolsProcess.Run("wait", directory["a"]);

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Matches(@"^/.*/a: 5 bytes, written \S+Z; met after \d+\.\d s and 1 look\n$", outcome.Output);
    }

    [Fact]
    public void Time_that_runs_out_ends_it_with_1_and_says_what_was_seen()
    {
        var outcome = NfstoolsProcess.Run("wait", directory["a"], "--timeout", "0");

        Assert.Equal((1, ""), (outcome.Code, outcome.Errors));
        Assert.Matches(@"^/.*/a: nothing is there; not met after \d+\.\d s and 1 look\n$", outcome.Output);
    }

    [Theory]
    [InlineData("--gone", "gone", 0)]
    [InlineData("--stable", "stable", 1)]
    public void A_missing_file_is_gone_and_not_stable(string option, string condition, int code)
    {
        string[] value = option == "--stable" ? ["0.2"] : [];

        var outcome = NfstoolsProcess.Run(["wait", directory["a"], option, .. value, "--timeout", "0", "--json"]);

        var json = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.Equal((code, condition, code == 0), (outcome.Code, json.GetProperty("condition").GetString(), json.GetProperty("met").GetBoolean()));
        Assert.False(json.GetProperty("stamp").GetProperty("exists").GetBoolean());
        Assert.Equal((1, ""), (json.GetProperty("looks").GetInt32(), json.GetProperty("problem").GetString()));
    }

    [Fact]
    public void A_file_is_compared_with_a_time_or_with_another_file()
    {
        File.WriteAllText(directory["old"], "");
        File.WriteAllText(directory["new"], "");
        File.SetLastWriteTimeUtc(directory["old"], new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(directory["new"], new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(0, Newer("new", directory["old"]));
        Assert.Equal(1, Newer("old", directory["new"]));
        Assert.Equal(1, Newer("old", directory["old"]));
        Assert.Equal(0, Newer("new", "2026-01-01"));
        Assert.Equal(1, Newer("new", "2026-01-02T00:00:00"));
        Assert.Equal(0, Newer("new", "2026-01-02T00:00:00+00:01"));
        Assert.Equal(1, Newer("missing", directory["old"]));
    }

    [Fact]
    public void A_file_that_this_host_makes_ends_it_without_a_poll()
    {
        using var wait = NfstoolsProcess.Start("wait", directory["a"], "--poll", "1000000", "--json");
        AwaitWatch(wait);
        File.WriteAllText(directory["a"], "");

        Assert.Equal(0, wait.End().Code);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_ends_it_as_it_ends_other_programs(string signal, int code)
    {
        using var wait = NfstoolsProcess.Start("wait", directory["a"]);
        AwaitWatch(wait);
        wait.Signal(signal);

        var outcome = wait.End();

        Assert.Equal((code, "", ""), (outcome.Code, outcome.Output, outcome.Errors));
    }

    [Fact]
    public void A_path_that_cannot_be_looked_at_is_told_while_waiting()
    {
        File.CreateSymbolicLink(directory["loop"], "loop");

        var outcome = NfstoolsProcess.Run("wait", directory["loop"], "--timeout", "3", "--poll", "0.01");

        Assert.Equal(1, outcome.Code);
        Assert.StartsWith($"nfstools: waiting: {directory["loop"]}: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(": never seen; not met", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_file_system_is_unmounted_is_not_gone()
    {
        var (code, output) = PrivateMounts.Run(
            Path.GetDirectoryName(directory["x"])!,
            "mkdir m; mount -t tmpfs here m; touch m/a; $NFSTOOLS wait m/a --gone --timeout 10 --poll 0.05 & p=$!; "
            + "until ls -l /proc/$p/fd | grep -q inotify; do sleep 0.05; done; umount -l m; wait $p");

        Assert.Equal(1, code);
        Assert.Contains($"here is not mounted on {directory["m"]} any more", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--gone")]
    public void A_file_system_that_hangs_does_not_hold_it_up(string option)
    {
        var (code, output) = PrivateMounts.Run(Path.GetDirectoryName(directory["x"])!, PrivateMounts.Hung("m") + $"$NFSTOOLS wait m/x {option} --timeout 0");

        Assert.Equal(1, code);
        Assert.Matches("/m/x: never seen; not met after .* and 1 look; the file system does not answer\n$", output);
    }

    private int Newer(string name, string reference) => NfstoolsProcess.Run("wait", directory[name], "--newer-than", reference, "--timeout", "0").Code;

    // The process has its inotify instance once it is about to look.
    private static void AwaitWatch(NfstoolsProcess wait)
    {
        while (!wait.HasInotify)
        {
            Assert.False(wait.HasEnded, "nfstools ended before its time");
            Thread.Yield();
        }
    }
}
