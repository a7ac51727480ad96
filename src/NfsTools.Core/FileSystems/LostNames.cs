using System.Text;
using NfsTools.Interop;

namespace NfsTools.FileSystems;

/// <summary>
/// Names as .NET's own listings have them: each run of bytes that is not UTF-8 has become U+FFFD, so that the name leads to no
/// file any more, and several names have become one.
/// </summary>
public static class LostNames
{
    private const char Replacement = '\uFFFD';

    /// <summary>Whether a path has such a name in it: it holds U+FFFD, and no file has that name.</summary>
    public static bool IsLost(string path) => path.Contains(Replacement) && !IsThere(path);

    /// <summary>The files that such a path can mean, as far as their directories can be read.</summary>
    /// <param name="path">The path, absolute.</param>
    public static IReadOnlyList<string> Candidates(string path)
    {
        IEnumerable<string> found = [""];
        foreach (var word in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = word.Contains(Replacement) ? found.SelectMany(directory => Like(directory, word)) : found.Select(directory => $"{directory}/{word}");
        }

        return [.. found.Where(IsThere)];
    }

    private static IEnumerable<string> Like(string directory, string word)
    {
        try
        {
            return [.. NativeFile.List(directory.Length > 0 ? directory : "/").Where(e => Shown(e.Name) == word).Select(e => $"{directory}/{e.Name}").Order(StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Shown(string name) => Encoding.UTF8.GetString(NativeText.Encode(name).AsSpan()[..^1]);

    private static bool IsThere(string path)
    {
        try
        {
            return FileStatus.Of(path, follow: false) is not null;
        }
        catch (IOException)
        {
            // It may be there: whoever works on it is told why it cannot be looked at.
            return true;
        }
    }
}
