using System.CommandLine;

namespace NfsTools.Cli.Options;

/// <summary>
/// The first word is one of the verbs. Where it is none, the options behind it cannot be judged: they are its own, and told as
/// unknown they would hide what is wrong.
/// </summary>
internal static class UnknownVerb
{
    /// <summary>The error of a command line whose verb there is not; null where there is none.</summary>
    /// <param name="line">The command line as it was understood.</param>
    public static string? Find(ParseResult line)
    {
        var above = line.CommandResult.Command;
        if (above.Subcommands.Count == 0 || line.UnmatchedTokens is not [{ } word, ..] || word.StartsWith('-'))
        {
            return null;
        }

        var near = Spelling.Nearest(above.Subcommands.Select(c => c.Name), word);
        return $"there is no command {(above is RootCommand ? "" : $"{above.Name} ")}{word}{(near is null ? "." : $": did you mean {near}?")}";
    }
}
