using System.Buffers;
using System.Text;
using System.Text.Unicode;
using NfsTools.Interop;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NfsTools.Yaml;

/// <summary>YAML files as nodes, and errors at their places.</summary>
internal static class YamlText
{
    // For a flow of a hundred thousand jobs.
    private const int MostBytes = 64 << 20;

    /// <exception cref="NfsToolsException">The text is no YAML.</exception>
    public static IList<YamlDocument> Documents(string path, string content)
    {
        using var text = new StringReader(content);
        var parser = new Parser(text);
        var stream = new YamlStream();
        try
        {
            stream.Load(new BoundedParser(parser));
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

    /// <exception cref="NfsToolsException">The file cannot be read, or is no text in UTF-8.</exception>
    public static string Read(string path)
    {
        byte[] content;
        try
        {
            content = NativeFile.ReadAll(path, MostBytes);
        }
        catch (IOException e) when (e.HResult == Libc.NoSuchEntry)
        {
            throw new NfsToolsException($"{path}: there is no such file.", "Check the name of the configuration file.", e);
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{path}: it cannot be read: {e.Message.TrimEnd('.')}.", "Check that it is a file, and its owner and mode.", e);
        }

        var text = content.AsSpan(content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
        var characters = new char[text.Length];
        if (Utf8.ToUtf16(text, characters, out var read, out var written, replaceInvalidSequences: false) == OperationStatus.Done)
        {
            return new string(characters, 0, written);
        }

        var (line, column) = Place(text[..read]);
        throw new NfsToolsException(
            $"{path}:{line}:{column}: the byte {text[read]:X2} is no UTF-8.", "Save the file as UTF-8; a byte of a file's name is written \\xE9.");
    }

    /// <summary>The line and column behind a text, counted from 1, columns in characters.</summary>
    private static (int Line, int Column) Place(ReadOnlySpan<byte> before) =>
        (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);

    // "Duplicate key store" and "While scanning ..., found ...." become parts of our sentences.
    private static string Sentence(string message)
    {
        const string duplicate = "Duplicate key ";
        return message.StartsWith(duplicate, StringComparison.Ordinal)
            ? $"duplicate key \"{message[duplicate.Length..]}\""
            : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
    }
}
