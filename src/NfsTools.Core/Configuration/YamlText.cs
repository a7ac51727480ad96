using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NfsTools.Configuration;

/// <summary>YAML files as nodes, and errors at their places.</summary>
internal static class YamlText
{
    /// <exception cref="NfsToolsException">The text is no YAML.</exception>
    public static IList<YamlDocument> Documents(string path, string content)
    {
        using var text = new StringReader(content);
        var parser = new Parser(text);
        var stream = new YamlStream();
        try
        {
            stream.Load(parser);
        }
        catch (YamlException e)
        {
            throw Problem(path, e.Start, Sentence(e.Message), "Correct the file here.", e);
        }
        catch (InvalidOperationException e)
        {
            // The parser's answer to a file that ends inside a [list] or a {mapping}.
            throw Problem(path, parser.Current?.End ?? Mark.Empty, "a list or mapping is not closed", "Close it with ] or }.", e);
        }

        return stream.Documents;
    }

    public static NfsToolsException Problem(string file, Mark at, string problem, string remedy, Exception? inner = null) =>
        new($"{file}:{at.Line}:{at.Column}: {problem}.", remedy, inner);

    /// <exception cref="NfsToolsException">The file cannot be read.</exception>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NfsToolsException($"{path}: there is no such file.", "Check the name of the configuration file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{path}: it cannot be read: {e.Message}", "Check that it is a file, and its owner and mode.", e);
        }
    }

    // "Duplicate key store" and "While scanning ..., found ...." become parts of our sentences.
    private static string Sentence(string message)
    {
        const string duplicate = "Duplicate key ";
        return message.StartsWith(duplicate, StringComparison.Ordinal)
            ? $"duplicate key \"{message[duplicate.Length..]}\""
            : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
    }
}
