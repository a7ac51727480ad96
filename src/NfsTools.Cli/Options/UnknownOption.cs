using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NfsTools.Accounting.Formats;

namespace NfsTools.Cli.Options;

/// <summary>
/// The rule of all verbs that a word which begins with "-" is an option, unless it stands behind "--": System.CommandLine
/// takes a word it does not know for a path, or for the value of the option before it.
/// </summary>
internal static class UnknownOption
{
    /// <summary>The error of a command line with an option that its verb does not have; null where there is none.</summary>
    /// <param name="line">The command line as it was understood.</param>
    /// <param name="words">The same as it was written.</param>
    public static string? Find(ParseResult line, IReadOnlyList<string> words)
    {
        List<Token> tokens = [.. line.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)];
        for (var i = 0; i < tokens.Count; i++)
        {
            var word = tokens[i].Value;
            var isValue = i > 0 && tokens[i - 1].Type == TokenType.Option && IsNumber(word);

            // What is no word of its own was written behind "=", as in --export=-x.
            if (tokens[i].Type == TokenType.Argument && word.Length > 1 && word[0] == '-' && !isValue && words.Contains(word))
            {
                if (i > 0 && tokens[i - 1].Type == TokenType.Option && Nearest(line, word) == word)
                {
                    return $"{tokens[i - 1].Value} needs a value, before {word}.";
                }

                return $"there is no option {word}{(Nearest(line, word.Split('=')[0]) is { } near ? $": did you mean {near}?" : ".")} A name that begins with - stands behind --.";
            }
        }

        return null;
    }

    private static bool IsNumber(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string? Nearest(ParseResult line, string word)
    {
        var names = Known(line.CommandResult).Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal));
        return Spelling.Nearest(names, word);
    }

    private static IEnumerable<Option> Known(CommandResult verb) =>
        verb.Command.Options.Concat(verb.Parent is CommandResult above ? Known(above).Where(o => o.Recursive) : []);
}
