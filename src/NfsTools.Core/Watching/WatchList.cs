using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// The trees of a watch: one for each path that was named, one for each file system that is mounted below those, since it has its own
/// ways and its own outages, one for each name that was not there and became a directory, and one for each place that links lead through.
/// </summary>
internal sealed class WatchList(WatchSetting setting)
{
    // Tables of the kernel, with no files in them. What an automount shows is mounted there.
    private static readonly HashSet<string> NotEntered = new(StringComparer.Ordinal)
    {
        "autofs", "proc", "sysfs", "cgroup", "cgroup2", "devpts", "devtmpfs", "mqueue", "bpf", "binfmt_misc", "configfs", "debugfs", "tracefs", "securityfs", "selinuxfs",
        "efivarfs", "fusectl", "nsfs", "pstore", "nfsd", "rpc_pipefs", "resctrl", "hugetlbfs",
    };

    private readonly List<TreeWatch> all = [];

    // Names that may be links, or lead to a directory one day.
    private readonly List<NamedFile> names = [];

    // What links do not lead through any more, until its last look has ended.
    private readonly List<TreeWatch> left = [];
    private readonly Dictionary<Mount, bool> directories = [];

    /// <summary>The trees.</summary>
    public IReadOnlyList<TreeWatch> All => all;

    /// <summary>The names that were asked for which lead to no directory.</summary>
    public IReadOnlyList<NamedFile> Names => names;

    /// <summary>Whether all was looked at.</summary>
    public bool IsKnown => all.TrueForAll(w => w.Tree.IsKnown) && names.TrueForAll(n => n.IsKnown);

    private WatchOptions Options => setting.Options;

    /// <summary>Begins what was named; false where the watch was cancelled while a file system hung.</summary>
    public bool Begin()
    {
        try
        {
            if (!Abandonable.TryRun(() => Options.Paths.Select(TreeOf).ToList(), Timeout.InfiniteTimeSpan, out var trees, setting.Cancellation))
            {
                return false;
            }

            foreach (var (tree, name, missing) in trees)
            {
                var watch = new TreeWatch(tree, setting);
                all.Add(watch);
                if (name is not null)
                {
                    names.Add(new NamedFile(name, watch, setting, BeginBehindLink, EndBehindLink));
                }

                if (missing is not null)
                {
                    setting.Trouble?.Report(missing);
                }
            }

            EnterMounts(MountTable.Read(), isStart: true);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Looks which file systems are mounted by now.</summary>
    public void MountsChanged()
    {
        var mounts = MountTable.Read();
        all.ForEach(w => w.MountsChanged(mounts));
        EnterMounts(mounts, isStart: false);
    }

    /// <summary>Takes in what an earlier watch saw a root on: where that is not mounted now, it is waited for.</summary>
    /// <param name="root">The root; that of a file system below another root, too.</param>
    /// <param name="mount">What it was on; null where that is not known.</param>
    public void Expect(string root, Mount? mount)
    {
        var above = all.Select(w => w.Tree).Where(t => t.Root == root || (t.Names.Recurse && FilePath.IsBelow(root, t.Root))).MaxBy(t => t.Root.Length);
        if (mount is null || above is null || mount.MountPoint.Length <= above.Place.Mount.MountPoint.Length)
        {
            return;
        }

        if (above.Root == root)
        {
            above.Place = FilePath.IsBelow(above.Place.ResolvedPath, mount.MountPoint) ? above.Place with { Mount = mount } : above.Place;
        }
        else
        {
            above.Reveal(root);
            var place = above.Place with { Path = root, ResolvedPath = mount.MountPoint, Mount = mount };
            all.Add(new TreeWatch(new WatchedTree(root, above.Names, Options, setting.Time, place) { IsMountBelow = true }, setting));
        }
    }

    /// <summary>What is told of what a watch has found: names that are links are told of by what they lead to.</summary>
    public IEnumerable<FileEvent> Tell(TreeWatch watch, IReadOnlyList<FileEvent> events) => names.Find(n => n.Has(watch)) is { } name ? name.Tell(watch, events)
        : watch.Tree.IsBehindLink ? [] : events;

    /// <summary>Goes the way of the names that are links, and begins the trees of those that lead to directories by now.</summary>
    public List<FileEvent> Follow()
    {
        var events = new List<FileEvent>();
        foreach (var name in names.ToList())
        {
            events.AddRange(name.Follow());
            if (name.IsDirectory)
            {
                name.Leave();
                names.Remove(name);
                Add(name.Path, Named, isNews: true);
                EnterMounts(MountTable.Read(), isStart: false);
            }
        }

        foreach (var watch in left.Where(w => !w.IsLooking).ToList())
        {
            left.Remove(watch);
            watch.Tree.Directories.ToList().ForEach(setting.Watches.Unwatch);
        }

        return events;
    }

    private TreeWatch BeginBehindLink(string path, SharedFileSystem place)
    {
        var names = new WatchedNames(Literal(Path.GetFileName(path)), Recurse: false);
        var watch = new TreeWatch(new WatchedTree(Path.GetDirectoryName(path) ?? "/", names, Options, setting.Time, place) { IsBehindLink = true }, setting);
        all.Add(watch);
        return watch;
    }

    private void EndBehindLink(TreeWatch watch)
    {
        all.Remove(watch);
        left.Add(watch);
    }

    private WatchedNames Named => new(Options.Filter, Options.Recurse);

    private void Add(string root, WatchedNames names, bool isNews, bool isMountBelow = false) =>
        all.Add(new TreeWatch(new WatchedTree(root, names, Options, setting.Time, FileSystemLocator.Locate(root)) { IsMountBelow = isMountBelow }, setting, isNews ? names : null));

    private void EnterMounts(IReadOnlyList<Mount> mounts, bool isStart)
    {
        // Those that are added have mounts below them, too.
        for (var i = 0; i < all.Count; i++)
        {
            var tree = all[i].Tree;
            var below = Below(tree, mounts);
            if (tree.Mounted([.. below.Select(b => b.Path)]) && !isStart)
            {
                all[i].Overflowed();
            }

            foreach (var (path, _) in tree.Names.Recurse ? below.Where(b => !NotEntered.Contains(b.Mount.Type)) : [])
            {
                if (!below.Exists(b => b.Path != path && FilePath.IsBelow(path, b.Path)) && !all.Exists(w => w.Tree.Root == path))
                {
                    Add(path, tree.Names, isNews: !isStart, isMountBelow: true);
                }
            }
        }
    }

    // Directories that file systems are mounted on, under the names that the tree has for them.
    private List<(string Path, Mount Mount)> Below(WatchedTree tree, IReadOnlyList<Mount> mounts)
    {
        var top = tree.Place.ResolvedPath;
        return
        [
            .. mounts.Where(m => m.MountPoint != top && FilePath.IsBelow(m.MountPoint, top) && MountTable.Find(mounts, m.MountPoint).Id == m.Id && IsDirectory(m))
                .Select(m => (Path.Join(tree.Root, Path.GetRelativePath(top, m.MountPoint)), m)),
        ];
    }

    // A file may be mounted on a file. Where that cannot be told without waiting for a server, it is a directory.
    private bool IsDirectory(Mount mount)
    {
        if (mount.Root == "/")
        {
            return true;
        }

        var known = directories.FirstOrDefault(d => d.Key.Id == mount.Id && d.Key.IsSame(mount));
        return known.Key is not null
            ? known.Value
            : directories[mount] = !Abandonable.TryRun(() => NativeFile.IsDirectory(mount.MountPoint), FileSystemLocator.UsualTimeout, out var isDirectory) || isDirectory;
    }

    // A directory stands for its entries; a file, or a name that is not there yet, for itself.
    private (WatchedTree Tree, string? Name, string? Missing) TreeOf(string path)
    {
        var full = FilePath.Full(path);
        if (Path.EndsInDirectorySeparator(path) || NativeFile.IsDirectory(full))
        {
            var root = Path.TrimEndingDirectorySeparator(full);
            return (new WatchedTree(root, Named, Options, setting.Time, FileSystemLocator.Locate(root)), null, null);
        }

        var (above, name) = (Path.GetDirectoryName(full) ?? "/", Path.GetFileName(full));
        var isName = Options.LiteralPaths || !name.AsSpan().ContainsAny('*', '?', '\\');
        var missing = isName
            ? (IsMissing(full) && NativeFile.IsDirectory(above) ? $"{full} is not there; waiting for it" : null)
            : MayMatch(above, new WatchedNames(name, Recurse: false)) ? null : $"no name matches {full} yet; waiting for one";
        var names = new WatchedNames(Options.LiteralPaths ? Literal(name) : name, Recurse: false);
        return (new WatchedTree(above, names, Options, setting.Time, FileSystemLocator.Locate(above)), isName ? full : null, missing);
    }

    private static bool IsMissing(string path)
    {
        try
        {
            return FileStatus.Of(path) is null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // What is not there, or cannot be read, is told of by its own watch.
    private static bool MayMatch(string directory, WatchedNames names)
    {
        try
        {
            return NativeFile.List(directory).Any(e => names.IsMeant(e.Name));
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string Literal(string name) => string.Concat(name.Select(c => c is '*' or '?' or '\\' ? $"\\{c}" : $"{c}"));
}
