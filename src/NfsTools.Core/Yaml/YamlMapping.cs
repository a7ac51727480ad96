using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NfsTools.Yaml;

/// <summary>
/// A mapping of a YAML file whose keys are all known. Whatever is wrong with it is an error that names the file, the line
/// and the column, so that a configuration is either taken as it was meant or not at all.
/// </summary>
internal sealed class YamlMapping
{
    private readonly string file;
    private readonly YamlMappingNode mapping;
    private readonly Dictionary<string, YamlNode> values = new(StringComparer.Ordinal);

    private YamlMapping(string file, YamlMappingNode mapping, IReadOnlyList<string> knownKeys)
    {
        this.file = file;
        this.mapping = mapping;
        foreach (var (key, value) in mapping.Children)
        {
            // The parser lets nothing else be a key.
            var name = ((YamlScalarNode)key).Value!;
            if (!knownKeys.Contains(name))
            {
                throw Problem(key.Start, $"unknown key \"{name}\"; known keys: {string.Join(", ", knownKeys)}", "Correct the key, or remove it.");
            }

            values.Add(name, value);
        }
    }

    /// <summary>Reads a file that holds one mapping.</summary>
    /// <param name="path">The file; the errors name it as it is named here.</param>
    /// <param name="knownKeys">The keys the mapping may have.</param>
    /// <exception cref="NfsToolsException">The file cannot be read, is no YAML, or is something else than such a mapping.</exception>
    public static YamlMapping Load(string path, IReadOnlyList<string> knownKeys) => Parse(path, YamlText.Read(path), knownKeys);

    /// <summary>Reads a text that holds one mapping.</summary>
    /// <param name="path">What the errors name.</param>
    /// <param name="text">The text.</param>
    /// <param name="knownKeys">The keys the mapping may have.</param>
    /// <exception cref="NfsToolsException">The text is no YAML, or is something else than such a mapping.</exception>
    public static YamlMapping Parse(string path, string text, IReadOnlyList<string> knownKeys)
    {
        var documents = YamlText.Documents(path, text);
        if (documents.Count == 0)
        {
            throw new NfsToolsException($"{path}:1:1: the file is empty.", KeysRemedy(knownKeys));
        }

        if (documents.Count > 1)
        {
            throw YamlText.Problem(path, documents[1].RootNode.Start, "a second document begins", "Keep one document in the file: remove the line \"---\" between them.");
        }

        return Of(path, documents[0].RootNode, knownKeys);
    }

    /// <summary>Whether the mapping has the key.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>A text that must be there.</summary>
    /// <exception cref="NfsToolsException">The key is missing, or its value is no text or empty.</exception>
    public string Text(string key) => TextOrNull(key) ?? throw Missing(key);

    /// <summary>A text; null without the key.</summary>
    /// <exception cref="NfsToolsException">The value is no text, or empty.</exception>
    public string? TextOrNull(string key)
    {
        if (!values.TryGetValue(key, out var node))
        {
            return null;
        }

        if (!YamlScalar.IsText(node, out var text))
        {
            throw WrongType(key, "a text", node is YamlScalarNode { Value.Length: > 0 } ? "Put it in quotes if it is meant as a text." : "Give it a value.");
        }

        return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw Error(key, "must not be empty, and holds no NUL character", "Give it a value, or remove the key if it has a default.");
    }

    /// <summary>True or false; null without the key.</summary>
    /// <exception cref="NfsToolsException">The value is something else.</exception>
    public bool? Flag(string key) =>
        !values.TryGetValue(key, out var node) ? null
        : YamlScalar.IsFlag(node, out var flag) ? flag
        : throw WrongType(key, "true or false", "Write true or false, without quotes.");

    /// <summary>A number within a range; null without the key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The smallest value allowed.</param>
    /// <param name="most">The largest value allowed.</param>
    /// <exception cref="NfsToolsException">The value is no number, or out of range.</exception>
    public double? Number(string key, double least, double most)
    {
        if (!values.TryGetValue(key, out var node))
        {
            return null;
        }

        var range = string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
        if (!YamlScalar.IsNumber(node, out var number))
        {
            throw WrongType(key, "a number from " + range, "Write a plain number, without quotes and unit.");
        }

        return number >= least && number <= most
            ? number
            : throw Error(key, $"{((YamlScalarNode)node).Value} is out of range, which is {range}", "Give a value within the range.");
    }

    /// <summary>A length of time, seconds or a number with a unit; null without the key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The shortest allowed, in seconds.</param>
    /// <exception cref="NfsToolsException">The value is none, or out of range.</exception>
    public Duration? Duration(string key, double least) => !values.TryGetValue(key, out var node) ? null
        : NfsTools.Duration.Parse(Written(key, node), least)
        ?? throw Error(key, string.Create(CultureInfo.InvariantCulture, $"{((YamlScalarNode)node).Value} is no length of time from {least} to {NfsTools.Duration.MostSeconds} seconds"), $"{char.ToUpperInvariant(NfsTools.Duration.Shape[0])}{NfsTools.Duration.Shape[1..]}.");

    /// <summary>Whether the key's value is a list.</summary>
    public bool IsList(string key) => values.TryGetValue(key, out var node) && node is YamlSequenceNode;

    /// <summary>A list of texts, or one text alone; empty without the key. In a list, numbers and truth values are texts as they are written.</summary>
    /// <exception cref="NfsToolsException">The value is something else, or the list is empty.</exception>
    public IReadOnlyList<string> Texts(string key) => !values.TryGetValue(key, out var node) ? []
        : node is not YamlSequenceNode list ? [Text(key)]
        : list.Children.Count > 0 ? [.. list.Children.Select(item => Written(key, item))]
        : throw Error(key, "the list is empty", "Give it at least one entry, or remove the key.");

    /// <summary>Names and their texts, whatever the names are; empty without the key. Numbers and truth values are texts as they are written.</summary>
    /// <exception cref="NfsToolsException">The value is something else.</exception>
    public IReadOnlyDictionary<string, string> Pairs(string key) => !values.TryGetValue(key, out var node) ? new Dictionary<string, string>()
        : node is YamlMappingNode pairs ? pairs.Children.ToDictionary(p => Written(key, p.Key), p => Written(key, p.Value), StringComparer.Ordinal)
        : throw WrongType(key, "names with values", "Write \"NAME: value\" lines below it.");

    /// <summary>One of several words; null without the key.</summary>
    /// <exception cref="NfsToolsException">The value is something else.</exception>
    public string? Word(string key, params IReadOnlyList<string> words) => TextOrNull(key) is not { } text || words.Contains(text) ? TextOrNull(key)
        : throw Error(key, $"\"{text}\" is none of {string.Join(", ", words)}", "Write one of these words.");

    /// <summary>A list of mappings, at least one, that must be there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="knownKeys">The keys each mapping may have.</param>
    /// <exception cref="NfsToolsException">The key is missing, or its value is something else.</exception>
    public IReadOnlyList<YamlMapping> Mappings(string key, IReadOnlyList<string> knownKeys)
    {
        if (!values.TryGetValue(key, out var node))
        {
            throw Missing(key);
        }

        return node switch
        {
            YamlSequenceNode { Children.Count: > 0 } list => [.. list.Children.Select(item => Of(file, item, knownKeys))],
            YamlSequenceNode => throw Error(key, "the list is empty", "Give it at least one entry."),
            _ => throw WrongType(key, "a list", "Begin each entry with \"- \" on a line of its own."),
        };
    }

    /// <summary>An error at a key's value, for what only the reader of the value can know.</summary>
    /// <param name="key">The key, which the mapping has.</param>
    /// <param name="problem">What is wrong, to stand behind the key.</param>
    /// <param name="remedy">What to do about it.</param>
    public NfsToolsException Error(string key, string problem, string remedy) => Problem(values[key].Start, $"{key}: {problem}", remedy);

    private string Written(string key, YamlNode node) =>
        (YamlScalar.IsText(node, out _) || YamlScalar.IsNumber(node, out _) || YamlScalar.IsFlag(node, out _)) && ((YamlScalarNode)node).Value! is var text && !text.Contains('\0', StringComparison.Ordinal)
        ? text
        : throw Problem(node.Start, $"{key}: expected a text, found {YamlScalar.Describe(node)}", "Put it in quotes if it is meant as a text.");

    private static YamlMapping Of(string file, YamlNode node, IReadOnlyList<string> knownKeys) => node is YamlMappingNode mapping
        ? new YamlMapping(file, mapping, knownKeys)
        : throw YamlText.Problem(file, node.Start, $"expected keys with values, found {YamlScalar.Describe(node)}", KeysRemedy(knownKeys));

    private static string KeysRemedy(IReadOnlyList<string> knownKeys) => $"Write \"key: value\" lines; the keys are {string.Join(", ", knownKeys)}.";

    private NfsToolsException Missing(string key) => Problem(mapping.Start, $"the key \"{key}\" is missing", $"Add a line \"{key}: ...\" here.");

    private NfsToolsException WrongType(string key, string expected, string remedy) =>
        Error(key, $"expected {expected}, found {YamlScalar.Describe(values[key])}", remedy);

    private NfsToolsException Problem(Mark at, string problem, string remedy) => YamlText.Problem(file, at, problem, remedy);
}
