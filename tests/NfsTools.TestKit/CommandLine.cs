using System.Globalization;

namespace NfsTools.TestKit;

/// <summary>"--name value" pairs and "--flag" words; anything wrong with them is a <see cref="FormatException"/>.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, string> _values = [];

    public CommandLine(ReadOnlySpan<string> arguments, IReadOnlyCollection<string> names, IReadOnlyCollection<string> flags)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (flags.Contains(name))
            {
                _values[name] = "";
            }
            else if (!names.Contains(name))
            {
                throw new FormatException($"Unknown option '{name}'.");
            }
            else if (++i == arguments.Length)
            {
                throw new FormatException($"{name} needs a value.");
            }
            else
            {
                _values[name] = arguments[i];
            }
        }
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string Required(string name) =>
        _values.TryGetValue(name, out string? value) ? value : throw new FormatException($"{name} is required.");

    public T Number<T>(string name) where T : IParsable<T> =>
        T.TryParse(Required(name), CultureInfo.InvariantCulture, out T? number)
            ? number
            : throw new FormatException($"{name} needs a number, not '{Required(name)}'.");

    public T Number<T>(string name, T otherwise) where T : IParsable<T> => Has(name) ? Number<T>(name) : otherwise;

    public string[] List(string name, string otherwise) => (Has(name) ? Required(name) : otherwise).Split(',');
}
