using System.Text.RegularExpressions;
using NfsTools.Interop;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>
/// Names that PowerShell cannot pass on: its texts lose bytes that are not UTF-8, and it takes a backslash for a slash. People
/// write both as <see cref="NameText"/> has it; objects that know their file's name have it as it is.
/// </summary>
internal static partial class PathName
{
    private const string Qualifier = "FileSystem::";

    // Stands for a backslash while PowerShell resolves a path: half a character, so that no path has it.
    private const char Backslash = '\uDC5C';

    /// <summary>What a user wrote, for PowerShell to resolve.</summary>
    public static string Read(string written) => written.Contains(Qualifier, StringComparison.OrdinalIgnoreCase)
        ? Exact(written)
        : string.Join(Backslash, WrittenBackslash().Split(written).Select(NameText.Read));

    /// <summary>The path of an object that has it as it is, for PowerShell to resolve.</summary>
    public static string Exact(string path)
    {
        var name = path.IndexOf(Qualifier, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? at + Qualifier.Length : 0;
        return path[..name] + path[name..].Replace('\\', Backslash);
    }

    /// <summary>The file's name that PowerShell has made of it.</summary>
    public static string Resolved(string path) => path.Replace(Backslash, '\\');

    [GeneratedRegex(@"\\x5C", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WrittenBackslash();
}
