using System.IO.Enumeration;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// The files of one log: by its layout, and archives with other names, which are told by patterns. Each may be compressed, as
/// <c>lsb.acct.1.gz</c>.
/// </summary>
internal sealed class LogFamily
{
    private static readonly string[] Packed = [".gz", ".zst", ".xz", ".bz2"];
    private readonly ILogLayout layout;
    private readonly string name;
    private readonly List<(string Directory, string Name)> patterns;

    /// <param name="livePath">The log: the file that grows, or the directory of its files, as the layout has it.</param>
    /// <param name="layout">Its layout; null for <see cref="LogLayouts.Numbered"/>.</param>
    /// <param name="archives">Patterns of its archives' names, with the wildcards * and ? in the last part; relative ones begin beside it. Null for none.</param>
    public LogFamily(string livePath, ILogLayout? layout = null, IReadOnlyList<string>? archives = null)
    {
        this.layout = layout ?? LogLayouts.Numbered;
        LivePath = Growing = FilePath.Full(livePath);
        Directory = this.layout.IsDirectory ? LivePath : Path.GetDirectoryName(LivePath) ?? "/";
        name = Path.GetFileName(LivePath);
        patterns = [.. (archives ?? []).Select(p => FilePath.Full(p, Directory)).Select(p => (Path.GetDirectoryName(p) ?? "/", Path.GetFileName(p)))];
        Directories = [.. patterns.Select(p => p.Directory).Prepend(Directory).Distinct()];
    }

    /// <summary>The log, as it is named: the file that grows, or the directory of its files.</summary>
    public string LivePath { get; }

    /// <summary>The file that may still grow, by the last list; the directory while it has none.</summary>
    public string Growing { get; private set; }

    /// <summary>The directory of the file that grows.</summary>
    public string Directory { get; }

    /// <summary>The directories that hold it, its own first.</summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary>Files beside it, by the last list, that have its name within theirs and do not belong to it.</summary>
    public IReadOnlyList<string> LookAlikes { get; private set; } = [];

    /// <summary>
    /// The paths that are there, oldest first; the one that grows comes last, whether it is there or not. Before those whose names tell
    /// their order come those by a pattern, by their last change.
    /// </summary>
    /// <exception cref="IOException">A directory is there and cannot be listed.</exception>
    public IReadOnlyList<string> List()
    {
        var (changed, ordered, others) = (new List<(string Path, long Order)>(), new List<(string Path, long Order)>(), new List<string>());
        foreach (var directory in Directories.Where(NativeFile.IsDirectory))
        {
            foreach (var entry in NativeFile.List(directory).Where(e => !e.IsDirectory))
            {
                var path = Path.Join(directory, entry.Name);
                if (path == LivePath)
                {
                    continue;
                }

                var place = PlaceOf(directory, entry.Name);
                if (place is { ByChange: true } || (place is null && IsNamed(directory, entry.Name)))
                {
                    changed.Add((path, FileStatus.Of(path)?.ModifyTime ?? 0));
                }
                else if (place is { } known)
                {
                    ordered.Add((path, known.Order));
                }
                else if (!layout.IsDirectory && directory == Directory && entry.Name.Contains(name, StringComparison.Ordinal))
                {
                    others.Add(path);
                }
            }
        }

        LookAlikes = others;
        List<string> paths = [.. Sorted(changed), .. Sorted(ordered)];
        if (!layout.IsDirectory)
        {
            return [.. paths, LivePath];
        }

        Growing = ordered.Count > 0 ? paths[^1] : LivePath;
        return paths;
    }

    /// <summary>Whether a name in one of the directories belongs to the family; an empty name may stand for any.</summary>
    public bool Includes(string directory, string entry) =>
        entry.Length == 0 || Path.Join(directory, entry) == LivePath || PlaceOf(directory, entry) is not null || IsNamed(directory, entry);

    /// <summary>Whether a file belongs to the family.</summary>
    /// <param name="path">The file, absolute.</param>
    public bool Includes(string path) => Includes(Path.GetDirectoryName(path) ?? "/", Path.GetFileName(path));

    /// <summary>Refuses what can be no log of this layout: a directory, a pipe, a device in place of a file, or the other way round.</summary>
    /// <exception cref="NfsToolsException">It is one.</exception>
    public void Check() => LogFile.Check(LivePath, layout.IsDirectory);

    /// <summary>Leaves out what a shell's <c>lsb.acct*</c> names too: the archives of a log that is named itself.</summary>
    /// <param name="logs">The logs.</param>
    /// <param name="familyOf">A log's family.</param>
    public static List<T> WithoutArchives<T>(IReadOnlyList<T> logs, Func<T, LogFamily> familyOf)
    {
        var families = logs.Select(familyOf).ToList();
        return [.. logs.Where((_, i) => !families.Exists(f => f != families[i] && f.LivePath != families[i].LivePath && f.Includes(families[i].LivePath)))];
    }

    private static IEnumerable<string> Sorted(IEnumerable<(string Path, long Order)> files) => files.OrderBy(p => p.Order).ThenBy(p => p.Path, StringComparer.Ordinal).Select(p => p.Path);

    private bool IsNamed(string directory, string entry) =>
        patterns.Exists(p => p.Directory == directory && FileSystemName.MatchesSimpleExpression(p.Name, entry, ignoreCase: false));

    private LogPlace? PlaceOf(string directory, string entry)
    {
        if (directory != Directory)
        {
            return null;
        }

        foreach (var ending in Packed)
        {
            entry = entry.EndsWith(ending, StringComparison.Ordinal) ? entry[..^ending.Length] : entry;
        }

        return layout.PlaceOf(name, entry);
    }
}
