namespace NfsTools.Cli.Tests;

/// <summary>Exit codes, help, and what becomes of a wrong command line.</summary>
public sealed class CommandLineTests(SampleLog sample)
{
    [Fact]
    public void Without_arguments_it_prints_the_help_with_the_exit_codes_and_ends_with_2()
    {
        var bare = NfstoolsProcess.Run();
        var help = NfstoolsProcess.Run("--help");

        Assert.Equal(2, bare.Code);
        Assert.Equal((0, bare.Output), (help.Code, help.Output));
        Assert.Contains("2  usage", help.Output, StringComparison.Ordinal);
        Assert.All(["fs", "stamp", "check", "run", "wait", "collect", "verify", "query", "report", "status", "parse"], verb => Assert.Contains($"  {verb}", help.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void A_default_is_told_once() =>
        Assert.DoesNotContain("[default:", NfstoolsProcess.Run("service", "install", "--help").Output, StringComparison.Ordinal);

    [Fact]
    public void The_version_is_told() => Assert.Matches(@"^\d+\.\d+\.\d+\n$", NfstoolsProcess.Run("--version").Output);

    [Theory]
    [InlineData("colect", "there is no command colect: did you mean collect?")]
    [InlineData("colect lsb.acct --store x --once", "there is no command colect: did you mean collect?")]
    [InlineData("flow rn f.yaml --jobs 2", "there is no command flow rn: did you mean run?")]
    [InlineData("bogus", "there is no command bogus.")]
    [InlineData("export --store x", "--raw")]
    [InlineData("query", "--store")]
    [InlineData("query --store x --bogus", "--bogus")]
    [InlineData("query --store x --json --csv", "--json and --csv exclude each other")]
    [InlineData("query --store x --limit 0", "--limit")]
    [InlineData("query --store x --job-id 12x", "12x")]
    [InlineData("query --store x --from 20261121", "20261121")]
    [InlineData("query --store x --from tomorrow", "tomorrow")]
    [InlineData("query --store x --from 2026-02-01 --to 2026-02-01", "--from is not before --to")]
    [InlineData("report --store x --from 2026-02-01T00:00Z --to 2026-02-01T00:30+01:00", "--from is not before --to")]
    [InlineData("export --raw --store x --from 2026-02-01 --to 2026-01-01", "--from is not before --to")]
    [InlineData("report --store x --by user,shoe", "shoe")]
    [InlineData("collect --store x", "Name the accounting files")]
    [InlineData("collect lsb.acct", "--store is missing")]
    [InlineData("collect lsb.acct --command sacct --store s", "PATH and --command exclude each other")]
    [InlineData("collect --command sact --store s", "--command: \"sact\" is none of sacct, condor_history")]
    [InlineData("collect --command sacct", "--store is missing")]
    [InlineData("collect --command sacct --store s --format slurm", "--format does nothing with --command")]
    [InlineData("collect x --since 2024-01-01 --store s", "--since needs --command")]
    [InlineData("collect lsb.acct --config c.yaml", "PATH and --config exclude each other")]
    [InlineData("collect --config c.yaml --cluster x", "--cluster goes with PATH")]
    [InlineData("collect lsb.acct --store x --format loadleveler", "loadleveler")]
    [InlineData("collect lsb.acct --store x --poll 0", "--poll")]
    [InlineData("collect lsb.acct --store x --nul-patience -1", "--nul-patience")]
    [InlineData("collect lsb.acct --store x --log xml", "--log: \"xml\" is none of text, json")]
    [InlineData("collect lsb.acct --store x --log json --json", "--log and --json exclude each other")]
    [InlineData("fs --all /tmp", "PATH and --all exclude each other")]
    [InlineData("fs --measure", "name the directories to measure in")]
    [InlineData("fs --timeout 0", "--timeout")]
    [InlineData("stamp", "Name the files to stamp")]
    [InlineData("stamp a --import m.json", "--import shows a manifest")]
    [InlineData("stamp --import m.json --export n.json", "--import shows a manifest")]
    [InlineData("wait", "Required argument 'PATH' missing for command: 'wait'")]
    [InlineData("wait a --gone --stable 1", "--gone and --stable exclude each other")]
    [InlineData("wait a --newer-than b --stable 1", "--newer-than and --stable exclude each other")]
    [InlineData("wait a --newer-than no-such-file", "there is no file \"no-such-file\", and it is no time")]
    [InlineData("wait a --poll 0", "--poll")]
    public void A_wrong_command_line_ends_with_2_and_says_what_is_wrong(string line, string expected)
    {
        var outcome = NfstoolsProcess.Run(line.Split(' '));

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith("nfstools: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query --store /nonexistent/a.db", "there is no such store")]
    [InlineData("collect /nonexistent/lsb.acct --store /nonexistent/a.db --once", "the store cannot be created")]
    [InlineData("parse /nonexistent/lsb.acct", "there is no such file")]
    [InlineData("stamp --import /nonexistent/m.json", "the manifest cannot be read")]
    [InlineData("stamp /etc/hosts --export /nonexistent/m.json", "the manifest cannot be written")]
    public void What_cannot_go_on_ends_with_3_an_error_and_a_remedy(string line, string expected)
    {
        var outcome = NfstoolsProcess.Run(line.Split(' '));

        Assert.Equal((3, ""), (outcome.Code, outcome.Output));
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(2, outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_file_that_is_no_store_is_refused()
    {
        var outcome = NfstoolsProcess.Run("verify", "--store", sample.LogPath);

        Assert.Equal(3, outcome.Code);
        Assert.Contains("no SQLite database", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_the_configuration_ends_with_2_and_its_place()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory["collector.yaml"], "store: a.db\nsources:\n  - path: x\n    clusters: c\n");

        var outcome = NfstoolsProcess.RunIn(Path.GetDirectoryName(directory["x"]), "collect", "--config", "collector.yaml");

        Assert.Equal(2, outcome.Code);
        Assert.StartsWith("nfstools: collector.yaml:4:5: unknown key \"clusters\"; known keys: path, command, cluster, format, timezone, archives, layout, since, pollSeconds, lagSeconds, timeoutSeconds.\n", outcome.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(directory["a.db"]));
    }

    [Fact]
    public void A_reader_that_has_seen_enough_ends_it_quietly()
    {
        using var query = NfstoolsProcess.Start("query", "--store", sample.StorePath, "--json");
        query.ReadUntil("jobId");
        query.Output.Close();

        var outcome = query.End("");

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
    }
}
