using System.Globalization;
using System.IO.Enumeration;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// A live log and its archives: <c>lsb.acct</c>, beside it <c>lsb.acct.1</c> (the newest archive), <c>lsb.acct.2</c> ...;
/// <c>lsb.acct.0</c> is the copy a rotation makes on its way to <c>.1</c>. A date may stand for the number; archives with other names are told by patterns. An archive
/// may be compressed, as <c>lsb.acct.1.gz</c>.
/// </summary>
internal sealed class LogFamily
{
    // A date or a time, as rotations write them too: then the higher one is the newer.
    private const long LeastDate = 100_000;
    private static readonly string[] Packed = [".gz", ".zst", ".xz", ".bz2"];
    private readonly string name;
    private readonly string prefix;
    private readonly List<(string Directory, string Name)> patterns;

    /// <param name="livePath">The live log.</param>
    /// <param name="archives">Patterns of its archives' names, with the wildcards * and ? in the last part; relative ones begin beside it. Null for none.</param>
    public LogFamily(string livePath, IReadOnlyList<string>? archives = null)
    {
        LivePath = FilePath.Full(livePath);
        Directory = Path.GetDirectoryName(LivePath) ?? "/";
        name = Path.GetFileName(LivePath);
        prefix = name + ".";
        patterns = [.. (archives ?? []).Select(p => FilePath.Full(p, Directory)).Select(p => (Path.GetDirectoryName(p) ?? "/", Path.GetFileName(p)))];
        Directories = [.. patterns.Select(p => p.Directory).Prepend(Directory).Distinct()];
    }

    public string LivePath { get; }

    public string Directory { get; }

    /// <summary>The directories that hold it, its own first.</summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary>Files beside it, by the last list, that have its name within theirs and do not belong to it.</summary>
    public IReadOnlyList<string> LookAlikes { get; private set; } = [];

    /// <summary>
    /// The paths that are there, oldest first; the live path comes last, whether it is there or not. Before those with numbers come
    /// those with dates and those by a pattern, by their last change: compression keeps that.
    /// </summary>
    /// <exception cref="IOException">A directory is there and cannot be listed.</exception>
    public IReadOnlyList<string> List()
    {
        var (dated, numbered, others) = (new List<(string Path, long Changed)>(), new List<(string Path, long Number)>(), new List<string>());
        foreach (var directory in Directories.Where(NativeFile.IsDirectory))
        {
            foreach (var entry in NativeFile.List(directory).Where(e => !e.IsDirectory))
            {
                var path = Path.Join(directory, entry.Name);
                if (path == LivePath)
                {
                    continue;
                }

                var number = directory == Directory ? Number(entry.Name) : -1;
                if (number is >= 0 and < LeastDate)
                {
                    numbered.Add((path, number));
                }
                else if (number >= 0 || IsNamed(directory, entry.Name))
                {
                    dated.Add((path, FileStatus.Of(path)?.ModifyTime ?? 0));
                }
                else if (directory == Directory && entry.Name.Contains(name, StringComparison.Ordinal))
                {
                    others.Add(path);
                }
            }
        }

        LookAlikes = others;
        return
        [
            .. dated.OrderBy(p => p.Changed).ThenBy(p => p.Path, StringComparer.Ordinal).Select(p => p.Path),
            .. numbered.OrderByDescending(p => p.Number).ThenBy(p => p.Path, StringComparer.Ordinal).Select(p => p.Path),
            LivePath,
        ];
    }

    /// <summary>Whether a name in one of the directories belongs to the family; an empty name may stand for any.</summary>
    public bool Includes(string directory, string entry) =>
        entry.Length == 0 || (directory == Directory && (entry == name || Number(entry) >= 0)) || IsNamed(directory, entry);

    /// <summary>Whether a file belongs to the family.</summary>
    /// <param name="path">The file, absolute.</param>
    public bool Includes(string path) => Includes(Path.GetDirectoryName(path) ?? "/", Path.GetFileName(path));

    /// <summary>Leaves out what a shell's <c>lsb.acct*</c> names too: the archives of a log that is named itself.</summary>
    /// <param name="logs">The logs.</param>
    /// <param name="familyOf">A log's family.</param>
    public static List<T> WithoutArchives<T>(IReadOnlyList<T> logs, Func<T, LogFamily> familyOf)
    {
        var families = logs.Select(familyOf).ToList();
        return [.. logs.Where((_, i) => !families.Exists(f => f != families[i] && f.LivePath != families[i].LivePath && f.Includes(families[i].LivePath)))];
    }

    private bool IsNamed(string directory, string entry) =>
        patterns.Exists(p => p.Directory == directory && FileSystemName.MatchesSimpleExpression(p.Name, entry, ignoreCase: false));

    private long Number(string entry)
    {
        var number = entry.AsSpan();
        foreach (var ending in Packed)
        {
            number = number.EndsWith(ending, StringComparison.Ordinal) ? number[..^ending.Length] : number;
        }

        return number.StartsWith(prefix, StringComparison.Ordinal) &&
            long.TryParse(number[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1;
    }
}
