using System.Text.Json;

namespace NfsTools.Cli.Tests;

public sealed class CheckTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public CheckTests()
    {
        File.WriteAllText(directory["a"], "12345");
        File.SetLastWriteTimeUtc(directory["a"], new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        NfstoolsProcess.Run("stamp", directory["a"], directory["missing"], "--export", directory["m.json"]);
    }

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("--newer-than 2026-01-01", 0)]
    [InlineData("--newer-than 2026-01-02", 1)]
    [InlineData("--newer-than 2026-01-02 --tolerance 500ms", 0)]
    [InlineData("--older-than 2026-01-02T00:00:01", 0)]
    [InlineData("--older-than 2026-01-02", 1)]
    [InlineData("--expect 2026-01-02", 0)]
    [InlineData("--expect 2026-01-03", 1)]
    [InlineData("--expect 2026-01-03 --tolerance 1d", 0)]
    [InlineData("--no-revalidate", 0)]
    [InlineData("", 0)]
    public void A_file_is_compared_with_times(string options, int code)
    {
        var outcome = NfstoolsProcess.Run(["check", directory["a"], .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--retries", "0"]);

        Assert.Equal((code, ""), (outcome.Code, outcome.Errors));
        Assert.Equal(code == 1, outcome.Output.StartsWith($"{directory["a"]}: it was written ", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_are_compared_with_a_manifest()
    {
        Assert.Equal((0, ""), Manifest());
        File.WriteAllText(directory["missing"], "");
        Assert.Equal((1, $"{directory["missing"]}: something is there\n"), Manifest());
        Assert.Equal((0, ""), Manifest(directory["a"]));

        (int, string) Manifest(params string[] paths)
        {
            var outcome = NfstoolsProcess.Run(["check", .. paths, "--expect", directory["m.json"], "--retries", "0"]);
            return (outcome.Code, outcome.Output);
        }
    }

    [Fact]
    public void The_evidence_is_told_as_json_and_as_a_table()
    {
        string[] line = ["check", directory["a"], directory["b"], "--retries", "1", "--delay", "10ms"];
        var outcome = NfstoolsProcess.Run([.. line, "--json"]);
        var table = NfstoolsProcess.Run([.. line, "--detailed"]);

        Assert.Equal((1, 1), (outcome.Code, table.Code));
        var checks = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.Equal(["holds", "missing"], checks.EnumerateArray().Select(c => c.GetProperty("verdict").GetString()));
        Assert.Equal("direct", checks[0].GetProperty("found").GetProperty("method").GetString());
        Assert.True(checks[1].GetProperty("attempts").GetInt32() >= 2);
        Assert.Matches("(?m)^NO +missing +[0-9]+ +[0-9.]+ +direct +/.*/b +something there +nothing is there$", table.Output);
    }

    [Fact]
    public void A_file_that_this_host_makes_ends_the_wait()
    {
        using var check = NfstoolsProcess.Start("check", directory["b"], "--retries", "1", "--delay", "30d");
        while (!check.HasInotify)
        {
            Assert.False(check.HasEnded, "nfstools ended before its time");
            Thread.Yield();
        }

        File.WriteAllText(directory["b"], "");

        Assert.Equal(0, check.End().Code);
    }

    [Theory]
    [InlineData("check", "There is no file to check")]
    [InlineData("check b --expect m.json", "the manifest has no stamp of it")]
    [InlineData("check a --expect m.json --expect 2026-01-01", "a time goes with neither a manifest nor another time")]
    [InlineData("check a --delay 10x", "is no length of time")]
    [InlineData("check a --newer-than nothing", "there is no file \"nothing\", and it is no time")]
    public void A_wrong_command_line_ends_with_2(string line, string expected)
    {
        var outcome = NfstoolsProcess.RunIn(Path.GetDirectoryName(directory["a"]), line.Split(' '));

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_that_hangs_holds_up_its_own_files_alone_and_no_longer_than_told()
    {
        var (code, output) = PrivateMounts.Run(
            Path.GetDirectoryName(directory["a"])!, PrivateMounts.Hung("m") + "$NFSTOOLS check a m/x b --retries 1 --delay 100ms --detailed");

        Assert.Equal(1, code);
        Assert.Matches("(?m)^yes +holds +1 .*/a ", output);
        Assert.Matches("(?m)^NO +noAnswer .*/m/x .* the file system does not answer$", output);
        Assert.Matches("(?m)^NO +missing .*/b .* nothing is there$", output);
    }
}
