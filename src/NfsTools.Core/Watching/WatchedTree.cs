using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>
/// A file or directory that is watched, with all that was last seen below it. Whatever told of a change, inotify or the
/// clock, the file is looked at and what differs from before is reported: so each change is reported once.
/// </summary>
internal sealed class WatchedTree(string root, WatchedNames names, WatchOptions options, TimeProvider time)
{
    private readonly Dictionary<string, WatchedDirectory> directories = new(StringComparer.Ordinal);

    /// <summary>The directory at the top.</summary>
    public string Root => root;

    /// <summary>The names that are watched.</summary>
    public WatchedNames Names => names;

    /// <summary>The file system it was on when the watch began.</summary>
    public SharedFileSystem Place { get; } = FileSystemLocator.Locate(root);

    /// <summary>The directories known, the top one first.</summary>
    public IReadOnlyCollection<WatchedDirectory> Directories => directories.Values;

    /// <summary>Whether each directory was looked at.</summary>
    public bool IsKnown => directories.Values.All(d => d.Known == names);

    /// <summary>Begins a directory: it is watched from now on, and listed at the next look.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="known">The names whose comings the first look tells of; null for none.</param>
    /// <param name="status">Which directory it is, as far as that is known.</param>
    public WatchedDirectory Enter(string path, WatchedNames? known, FileStatus status = default)
    {
        if (!directories.TryGetValue(path, out var directory))
        {
            directories[path] = directory = new WatchedDirectory(path) { Known = known, Inode = status.Inode, Device = status.Device };
        }

        return directory;
    }

    /// <summary>Whether a directory belongs to what is watched.</summary>
    public bool Has(string path) => names.Recurse || path == root;

    /// <summary>
    /// Begins the directories that are known as entries alone: an earlier watch did not look into them. The entries tell which
    /// directories the others are.
    /// </summary>
    public void EnterMissing()
    {
        foreach (var (path, status) in names.Recurse ? directories.Values.SelectMany(d => d.Entries.Where(e => e.Value.Status.IsDirectory).Select(e => (d.PathOf(e.Key), e.Value.Status))).ToList() : [])
        {
            Enter(path, known: null).Inode = status.Inode;
        }
    }

    /// <summary>The directories, each with the entries whose turn it is.</summary>
    public IReadOnlyList<LookScope> Due() =>
        [.. directories.Values.Select(d => new LookScope(d, [.. d.Entries.Where(e => time.GetElapsedTime(e.Value.LookedAt) >= IntervalOf(e.Value) - (options.PollInterval / 2)).Select(e => e.Key)], Whole: true))];

    /// <summary>The directories, each with all its entries.</summary>
    public IReadOnlyList<LookScope> Everything() => [.. directories.Values.Select(d => new LookScope(d, [.. d.Entries.Keys], Whole: true))];

    /// <summary>Whether a directory is watched here, under the path it has.</summary>
    public bool Contains(WatchedDirectory directory) => Find(directory.Path) == directory;

    /// <summary>The directory that is watched under a path; null where none is.</summary>
    public WatchedDirectory? Find(string path) => directories.GetValueOrDefault(path);

    /// <summary>Takes out a directory and those below it, the directory itself first.</summary>
    public List<WatchedDirectory> Detach(string path)
    {
        if (!directories.ContainsKey(path))
        {
            return [];
        }

        var subtree = directories.Values.Where(d => d.Path == path || d.Path.StartsWith(path + "/", StringComparison.Ordinal)).OrderBy(d => d.Path.Length).ToList();
        subtree.ForEach(d => directories.Remove(d.Path));
        return subtree;
    }

    /// <summary>Takes in directories that have moved, with what is known of them.</summary>
    public void Attach(IReadOnlyList<WatchedDirectory> subtree, string from, string to)
    {
        Detach(to);
        foreach (var directory in subtree)
        {
            directory.Path = to + directory.Path[from.Length..];
            (directory.Listed, directory.Watch) = (null, null);
            directories[directory.Path] = directory;
        }
    }

    /// <summary>How often a file is looked at: one that stands still for so many minutes every so many intervals, up to the slowdown.</summary>
    public TimeSpan IntervalOf(WatchedEntry entry) =>
        options.PollInterval * Math.Clamp((int)time.GetElapsedTime(entry.ChangedAt).TotalMinutes, 1, Math.Max(1, options.IdleSlowdown));
}
