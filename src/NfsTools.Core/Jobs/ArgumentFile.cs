using System.Text;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>Files with arguments, named as @FILE on the command lines of gcc, ld, ar and others (gcc(1), "@file").</summary>
internal static class ArgumentFile
{
    // As many as gcc reads, so that one that names itself ends; what is longer than a command line can be is none.
    private const int MostFiles = 2000;
    private const long MostBytes = 16 << 20;

    /// <summary>The arguments with those of such files in their place; a file that is not there is an argument like others.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="directory">What the files are relative to.</param>
    public static (IReadOnlyList<string> Arguments, IReadOnlyList<string> Files) Expand(IReadOnlyList<string> arguments, string directory)
    {
        var (words, files) = (new List<string>(), new List<string>());
        var rest = new LinkedList<string>(arguments);
        while (rest.First is { Value: var word } first)
        {
            rest.RemoveFirst();
            if (word.Length < 2 || word[0] != '@' || files.Count == MostFiles || TryRead(FilePath.Absolute(word[1..], directory)) is not { } text)
            {
                words.Add(word);
                continue;
            }

            files.Add(FilePath.Absolute(word[1..], directory));
            foreach (var inner in Words(text).Reverse())
            {
                rest.AddFirst(inner);
            }
        }

        return (words, files);
    }

    private static string? TryRead(string path)
    {
        try
        {
            if (FileStatus.Of(path) is not { IsRegular: true, Size: <= MostBytes } status || ReadOnlyFile.TryOpen(path) is not { } file)
            {
                return null;
            }

            using (file)
            {
                var content = new byte[status.Size];
                return NativeText.Decode(content.AsSpan(0, file.Read(content, 0)));
            }
        }
        catch (IOException)
        {
            return null;
        }
    }

    // White space parts words; quotes of both kinds hold them together, and a backslash takes what follows as it is.
    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        var (quote, begun) = ('\0', false);
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\\' && at + 1 < text.Length)
            {
                word.Append(text[++at]);
                begun = true;
            }
            else if (quote == '\0' && c is ' ' or '\t' or '\n' or '\r' or '\v' or '\f')
            {
                if (begun)
                {
                    yield return word.ToString();
                }

                word.Clear();
                begun = false;
            }
            else if (quote == '\0' ? c is '\'' or '"' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
                begun = true;
            }
            else
            {
                word.Append(c);
                begun = true;
            }
        }

        if (begun)
        {
            yield return word.ToString();
        }
    }
}
