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

    /// <summary>Whether .NET's own calls would take another file for this one: its name is not UTF-8.</summary>
    public static bool IsUnknown(string path) => !NativeText.IsPlain(path);

    /// <summary>The files that such a path can mean, as far as their directories can be read.</summary>
    /// <param name="path">The path, absolute.</param>
    public static IReadOnlyList<string> Candidates(string path)
    {
        IEnumerable<string> found = [""];
        foreach (var word in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = word.Contains(Replacement) ? found.SelectMany(directory => In(directory, name => Shown(name) == word)) : found.Select(directory => $"{directory}/{word}");
        }

        return [.. found.Where(IsThere)];
    }

    /// <summary>The files with such names that a pattern means, which .NET's listings do not lead to.</summary>
    /// <param name="pattern">The pattern, absolute.</param>
    /// <param name="match">Whether names fit a word of it; null for a word without wildcards, and what that names.</param>
    public static IReadOnlyList<string> Matching(string pattern, Func<string, (Func<string, bool>? Fits, string Name)> match)
    {
        IEnumerable<string> found = [""];
        foreach (var word in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(match))
        {
            found = word.Fits is { } fits ? found.SelectMany(directory => In(directory, fits)) : found.Select(directory => $"{directory}/{word.Name}");
        }

        return [.. found.Where(file => !NativeText.IsPlain(file) && IsThere(file))];
    }

    /// <summary>Whether anything has that name, or cannot be looked at.</summary>
    public static bool IsThere(string path)
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

    private static IEnumerable<string> In(string directory, Func<string, bool> fits)
    {
        try
        {
            return [.. NativeFile.List(directory.Length > 0 ? directory : "/").Where(e => fits(e.Name)).Select(e => $"{directory}/{e.Name}").Order(StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Shown(string name) => Encoding.UTF8.GetString(NativeText.Encode(name).AsSpan()[..^1]);
}
