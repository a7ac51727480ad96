using System.CommandLine;
using NfsTools.Cli;
using NfsTools.Cli.Options;

namespace NfsTools.Cli.Tests;

/// <summary>What begins with "-" is an option, known or an error.</summary>
public sealed class UnknownOptionTests
{
    [Fact]
    public void No_verb_takes_an_option_it_does_not_have_for_a_path_or_for_a_value()
    {
        var verbs = Verbs(Tool.Root(), []).ToList();

        Assert.True(verbs.Count > 15);
        foreach (var (verb, words) in verbs)
        {
            var valued = verb.Options.FirstOrDefault(o => o.ValueType == typeof(string));
            List<string[]> lines = [[.. words, "--bogus"], [.. words, "--bogus", "--", "path"]];

            // Behind the first word of the command that run runs, all is the command's.
            lines.AddRange(verb.Name == "run" ? [] : [[.. words, "path", "--bogus"]]);
            lines.AddRange(valued is null ? [] : [[.. words, valued.Name, "--bogus"]]);
            Assert.All(lines, line => Assert.Equal("there is no option --bogus. A name that begins with - stands behind --.", Find(line)));
        }
    }

    [Theory]
    [InlineData("watch d --recursive", "--recursive: did you mean --recurse?")]
    [InlineData("collect log --onec", "--onec: did you mean --once?")]
    [InlineData("stamp f --exprot x.json", "--exprot: did you mean --export?")]
    [InlineData("stamp f --export --jsno", "--jsno: did you mean --json?")]
    [InlineData("run -no out -- true", "-no. ")]
    [InlineData("collect log -once", "-once: did you mean --once?")]
    [InlineData("wait f --verison", "--verison. ")]
    public void The_nearest_option_is_named(string line, string expected) =>
        Assert.Contains(expected, Find(line.Split(' ')), StringComparison.Ordinal);

    [Theory]
    [InlineData("collect log --store --once", "--store needs a value, before --once.")]
    [InlineData("run -i --json -- true", "-i needs a value, before --json.")]
    public void An_option_that_stands_where_a_value_is_missing_is_told_as_such(string line, string expected) =>
        Assert.Equal(expected, Find(line.Split(' ')));

    [Theory]
    [InlineData("stamp -- --recursive -x")]
    [InlineData("stamp -")]
    [InlineData("stamp f --export=-x")]
    [InlineData("stamp --json -- --json")]
    [InlineData("wait f --poll -1")]
    [InlineData("run ls -l --bogus")]
    [InlineData("run -i a -- ls --bogus")]
    [InlineData("lock f -- ls --bogus")]
    public void What_is_no_option_is_left_alone(string line) => Assert.Null(Find(line.Split(' ')));

    [Theory]
    [InlineData(2, "check f --bogus")]
    [InlineData(2, "flow run f --bogus")]
    [InlineData(125, "run --bogus true")]
    [InlineData(125, "lock f --bogus -- true")]
    public void An_unknown_option_ends_it_as_every_wrong_command_line_does(int code, string line)
    {
        var outcome = NfstoolsProcess.Run(line.Split(' '));

        Assert.Equal((code, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith("nfstools: there is no option --bogus. ", outcome.Errors, StringComparison.Ordinal);
    }

    private static string? Find(string[] line) => UnknownOption.Find(Tool.Parse(line), line);

    private static IEnumerable<(Command Verb, string[] Words)> Verbs(Command command, string[] words) =>
        command.Subcommands.Count == 0 ? [(command, words)] : command.Subcommands.SelectMany(c => Verbs(c, [.. words, c.Name]));
}
