using System.Globalization;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// A live log and its archives beside it: <c>lsb.acct</c>, <c>lsb.acct.1</c> (the newest archive), <c>lsb.acct.2</c> ...;
/// <c>lsb.acct.0</c> is the copy a rotation makes on its way to <c>.1</c>. An archive may be compressed, as <c>lsb.acct.1.gz</c>.
/// </summary>
internal sealed class LogFamily
{
    private static readonly string[] Packed = [".gz", ".zst", ".xz", ".bz2"];
    private readonly string prefix;

    public LogFamily(string livePath)
    {
        LivePath = FilePath.Full(livePath);
        Directory = Path.GetDirectoryName(LivePath) ?? "/";
        prefix = Path.GetFileName(LivePath) + ".";
    }

    public string LivePath { get; }

    public string Directory { get; }

    /// <summary>The paths that are there, oldest first; the live path comes last, whether it is there or not.</summary>
    /// <exception cref="IOException">The directory is there and cannot be listed.</exception>
    public IReadOnlyList<string> List()
    {
        if (!NativeFile.IsDirectory(Directory))
        {
            return [LivePath];
        }

        return
        [
            .. NativeFile.List(Directory)
                .Where(entry => !entry.IsDirectory)
                .Select(entry => (path: Path.Join(Directory, entry.Name), number: Number(entry.Name)))
                .Where(p => p.number >= 0)
                .OrderByDescending(p => p.number).ThenBy(p => p.path, StringComparer.Ordinal)
                .Select(p => p.path),
            LivePath,
        ];
    }

    /// <summary>Whether a name in the directory belongs to the family; an empty name may stand for any.</summary>
    public bool Includes(string name) => name.Length == 0 || name == Path.GetFileName(LivePath) || Number(name) >= 0;

    /// <summary>Leaves out what a shell's <c>lsb.acct*</c> names too: the archives of a log that is named itself.</summary>
    /// <param name="logs">The logs.</param>
    /// <param name="pathOf">A log's live path, absolute.</param>
    public static List<T> WithoutArchives<T>(IReadOnlyList<T> logs, Func<T, string> pathOf)
    {
        var families = logs.Select(log => new LogFamily(pathOf(log))).ToList();
        return [.. logs.Where(log => !families.Exists(f => f.IsArchive(pathOf(log))))];
    }

    private bool IsArchive(string path) => Path.GetDirectoryName(path) == Directory && Number(path) >= 0;

    private int Number(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        foreach (var ending in Packed)
        {
            name = name.EndsWith(ending, StringComparison.Ordinal) ? name[..^ending.Length] : name;
        }

        return name.StartsWith(prefix, StringComparison.Ordinal) &&
            int.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }
}
