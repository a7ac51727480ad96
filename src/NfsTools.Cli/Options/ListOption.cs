using System.CommandLine;
using System.CommandLine.Parsing;

namespace NfsTools.Cli.Options;

/// <summary>Options that take several values: given again, or separated by commas.</summary>
internal static class ListOption
{
    public static Option<IReadOnlyList<string>> Of(string name, string description, string helpName) => Of(name, description, helpName, (value, _) => value);

    /// <param name="name">The option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="helpName">What its value is called in the help.</param>
    /// <param name="parse">Turns one value into what it stands for, or tells the error.</param>
    public static Option<IReadOnlyList<T>> Of<T>(string name, string description, string helpName, Func<string, Action<string>, T?> parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => Values(result, parse),
        DefaultValueFactory = _ => [],
    };

    private static List<T> Values<T>(ArgumentResult result, Func<string, Action<string>, T?> parse)
    {
        var values = new List<T>();
        foreach (var text in result.Tokens.SelectMany(t => Split(t.Value)))
        {
            if (parse(text, result.AddError) is { } value && !values.Contains(value))
            {
                values.Add(value);
            }
        }

        return values;
    }

    // An empty value is one too: --project "" means the jobs without a project.
    private static string[] Split(string text) => text.Length == 0 ? [text] : text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
