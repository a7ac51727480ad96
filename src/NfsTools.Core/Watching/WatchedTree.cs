using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>
/// A file or directory that is watched, with all that was last seen below it. Whatever told of a change, inotify or the
/// clock, the file is looked at and what differs from before is reported: so each change is reported once.
/// </summary>
/// <param name="root">The directory at the top.</param>
/// <param name="names">The names that are watched.</param>
/// <param name="options">How often a file is looked at.</param>
/// <param name="time">The clock.</param>
/// <param name="place">The file system it is on.</param>
internal sealed class WatchedTree(string root, WatchedNames names, WatchOptions options, TimeProvider time, SharedFileSystem place)
{
    // What is known of the file systems that the root was on before.
    private readonly List<(Mount Mount, Dictionary<string, WatchedDirectory> Directories)> elsewhere = [];
    private Dictionary<string, WatchedDirectory> directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> revealed = [];
    private HashSet<string> mountPoints = [];

    /// <summary>The directory at the top.</summary>
    public string Root => root;

    /// <summary>The names that are watched.</summary>
    public WatchedNames Names => names;

    /// <summary>The file system it is on.</summary>
    public SharedFileSystem Place { get; set; } = place;

    /// <summary>Whether it is watched for what a link leads to: what happens in it is told under the link's name, and is no half of a rename.</summary>
    public bool IsBehindLink { get; init; }

    /// <summary>Whether its file system is mounted below another tree, which watches what is there where it is not.</summary>
    public bool IsMountBelow { get; init; }

    /// <summary>The directories below it that other file systems are mounted on, which are looked at by other trees.</summary>
    public IReadOnlySet<string> MountPoints => mountPoints;

    /// <summary>The directories known that no mount hides, the top one first.</summary>
    public IEnumerable<WatchedDirectory> Directories => directories.Values.Where(d => !d.IsHidden);

    /// <summary>Whether each directory was looked at.</summary>
    public bool IsKnown => Directories.All(d => d.Known == names || d.Failure is not null);

    /// <summary>Whether the root was on a file system before.</summary>
    public bool WasOn(Mount mount) => mount.IsSame(Place.Mount) || elsewhere.Exists(e => e.Mount.IsSame(mount));

    /// <summary>
    /// The root is on another file system by now, since that was mounted, or one above it was unmounted: what is known of the one
    /// before is kept for when that can be seen again, and none of it is gone.
    /// </summary>
    /// <returns>The directories that cannot be seen any more.</returns>
    public IReadOnlyCollection<WatchedDirectory> MoveTo(SharedFileSystem now)
    {
        var before = directories;
        if (!now.Mount.IsSame(Place.Mount))
        {
            elsewhere.Add((Place.Mount, directories));
            var known = elsewhere.Find(e => e.Mount.IsSame(now.Mount));
            elsewhere.Remove(known);
            directories = known.Directories ?? new(StringComparer.Ordinal) { [root] = new WatchedDirectory(root) { Known = names } };
        }

        Place = now;
        foreach (var directory in directories.Values)
        {
            directory.Listed = null;
        }

        return before.Values;
    }

    /// <summary>Takes in which file systems are mounted below it.</summary>
    /// <param name="points">The directories.</param>
    /// <returns>Whether that has changed.</returns>
    public bool Mounted(HashSet<string> points)
    {
        if (mountPoints.SetEquals(points))
        {
            return false;
        }

        revealed.UnionWith(mountPoints.Except(points));
        RelistRevealed();
        mountPoints = points;
        foreach (var directory in directories.Values)
        {
            directory.IsHidden = IsBelowMount(directory.Path);
        }

        return true;
    }

    /// <summary>Has the directories listed again that hold what no mount hides any more: their time stamps do not tell of that.</summary>
    public void RelistRevealed()
    {
        foreach (var point in revealed)
        {
            _ = Find(Path.GetDirectoryName(point)!) is { } above ? above.Listed = null : null;
        }
    }

    /// <summary>Whether a directory was below a mount until now: that it can be seen is no news.</summary>
    public bool WasBelowMount(string path) => revealed.Remove(path);

    /// <summary>Notes that a directory was below a mount before.</summary>
    public void Reveal(string path) => revealed.Add(path);

    private bool IsBelowMount(string path) => mountPoints.Any(p => FilePath.IsBelow(path, p));

    /// <summary>Begins a directory: it is watched from now on, and listed at the next look.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="known">The names whose comings the first look tells of; null for none.</param>
    /// <param name="status">Which directory it is, as far as that is known.</param>
    public WatchedDirectory Enter(string path, WatchedNames? known, FileStatus status = default)
    {
        if (!directories.TryGetValue(path, out var directory))
        {
            directories[path] = directory = new WatchedDirectory(path) { Known = known, Inode = status.Inode, Device = status.Device, IsHidden = IsBelowMount(path) };
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

    /// <summary>The directories whose changes inotify alone does not tell, each with the entries whose turn it is; and the one at the top, since its path may lead to another one.</summary>
    public IReadOnlyList<LookScope> Due()
    {
        bool IsUntold(WatchedDirectory directory) => Place.Family != FileSystemFamily.Local || directory.IsUntold;
        bool IsDue(WatchedEntry entry) => time.GetElapsedTime(entry.LookedAt) >= IntervalOf(entry) - (options.PollInterval / 2);
        return
        [
            .. Directories.Where(d => IsUntold(d) || d.Path == root)
                .Select(d => new LookScope(d, IsUntold(d) ? [.. d.Entries.Where(e => IsDue(e.Value)).Select(e => e.Key)] : [], Whole: true)),
        ];
    }

    /// <summary>The directories, each with all its entries.</summary>
    public IReadOnlyList<LookScope> Everything() => [.. Directories.Select(d => new LookScope(d, [.. d.Entries.Keys], Whole: true))];

    /// <summary>Whether a directory is watched here, under the path it has.</summary>
    public bool Contains(WatchedDirectory directory) => !directory.IsHidden && Find(directory.Path) == directory;

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
