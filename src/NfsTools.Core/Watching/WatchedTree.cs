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
    public WatchedDirectory Enter(string path, WatchedNames? known)
    {
        if (!directories.TryGetValue(path, out var directory))
        {
            directories[path] = directory = new WatchedDirectory(path) { Known = known };
        }

        return directory;
    }

    /// <summary>Whether a directory belongs to what is watched.</summary>
    public bool Has(string path) => names.Recurse || path == root;

    /// <summary>Begins the directories that are known as entries alone: an earlier watch did not look into them.</summary>
    public void EnterMissing()
    {
        foreach (var path in names.Recurse ? directories.Values.SelectMany(d => d.Entries.Where(e => e.Value.Status.IsDirectory).Select(e => d.PathOf(e.Key))).ToList() : [])
        {
            Enter(path, known: null);
        }
    }

    /// <summary>The directories, each with the entries whose turn it is.</summary>
    public IReadOnlyList<LookScope> Due() =>
        [.. directories.Values.Select(d => new LookScope(d, [.. d.Entries.Where(e => time.GetElapsedTime(e.Value.LookedAt) >= IntervalOf(e.Value) - (options.PollInterval / 2)).Select(e => e.Key)], Whole: true))];

    /// <summary>The directories, each with all its entries.</summary>
    public IReadOnlyList<LookScope> Everything() => [.. directories.Values.Select(d => new LookScope(d, [.. d.Entries.Keys], Whole: true))];

    /// <summary>Takes in what a look found.</summary>
    /// <param name="looks">The look.</param>
    /// <param name="began">When it began: from then on a file's next turn is reckoned, however long the look took.</param>
    /// <param name="awaited">Which names that have vanished are left for the next look.</param>
    /// <param name="originOf">Who changed an entry.</param>
    /// <param name="detectionOf">How that was found.</param>
    /// <returns>What happened, and the directories that are to be looked at for the first time.</returns>
    public (List<FileEvent> Events, List<WatchedDirectory> New) Apply(
        IReadOnlyList<DirectoryLook> looks, long began, Func<WatchedDirectory, string, bool> awaited,
        Func<WatchedDirectory, string, FileEventOrigin> originOf, Func<WatchedDirectory, string, string> detectionOf)
    {
        // What is there when a directory is looked at for the first time is no news, and may be a great deal: it is left alone,
        // unless something vanished that may have gone there.
        var moves = looks.Any(l => l.Entries.Any(e => e.Status is null));
        var changes = new List<Change>();
        foreach (var look in looks)
        {
            if (look.Whole)
            {
                look.Directory.Listed = look.Settled ? look.Status : null;
            }

            foreach (var (name, status) in look.Entries)
            {
                if (status is null ? !awaited(look.Directory, name) : names.Includes(name, status.Value.IsDirectory))
                {
                    Note(changes, look.Directory, name, status, began, moves, originOf, detectionOf);
                }
            }
        }

        PairRenames(changes);
        var events = new List<FileEvent>();
        var entered = new List<WatchedDirectory>();
        foreach (var change in changes)
        {
            Follow(change, events, entered);
            if (names.IsMeant(change.Name) && IsNews(change) && !IsState(change.Directory.PathOf(change.Name)))
            {
                events.Add(EventOf(change));
            }
        }

        foreach (var look in looks)
        {
            look.Directory.Known = names;
        }

        return (events, entered);
    }

    /// <summary>An event about the tree as a whole.</summary>
    public FileEvent Tell(FileEventKind kind, string reason) => new()
    {
        Kind = kind,
        Path = root,
        Origin = FileEventOrigin.Unknown,
        Detection = "look",
        SeenAt = time.GetUtcNow(),
        LatencyBound = options.OutageAfter + options.PollInterval,
        Reason = reason,
    };

    private static bool IsNews(Change change) => change.Before is not null || change.Directory.Known?.Includes(change.Name, change.After!.Value.IsDirectory) == true;

    // Saving the state is no event, which would have the state saved again.
    private bool IsState(string path) => options.StatePath is { } state && WatchState.IsOwn(path, Path.GetFullPath(state));

    private void Note(
        List<Change> changes, WatchedDirectory directory, string name, FileStatus? status, long began, bool moves,
        Func<WatchedDirectory, string, FileEventOrigin> originOf, Func<WatchedDirectory, string, string> detectionOf)
    {
        var known = directory.Entries.GetValueOrDefault(name);
        var now = time.GetTimestamp();
        FileEventKind? kind = (known, status) switch
        {
            (null, null) => null,
            (null, _) => FileEventKind.Created,
            (_, null) => FileEventKind.Deleted,
            var (k, s) when k.Status.Inode != s.Value.Inode || k.Status.IsDirectory != s.Value.IsDirectory => FileEventKind.Replaced,
            var (k, s) when !k.Status.Same(s.Value) && !s.Value.IsDirectory => FileEventKind.Changed,
            _ => null,
        };
        if (known is not null && known.Status == status)
        {
            // Of a hundred thousand files nearly all are as they were: they cost no new object.
            known.LookedAt = began;
        }
        else if (status is { } there)
        {
            directory.Entries[name] = new WatchedEntry(there, kind is null && known is not null ? known.ChangedAt : now, began);
        }
        else
        {
            directory.Entries.Remove(name);
        }

        if (kind is { } happened && (moves || known is not null || directory.Known is not null || status!.Value.IsDirectory))
        {
            changes.Add(new Change(happened, directory, name, known, status, originOf(directory, name), detectionOf(directory, name)));
        }
    }

    // A file that left one name and appeared under another in the same look was renamed; over another file, it replaced that.
    // An inode number alone proves nothing: it is used again at once.
    private static void PairRenames(List<Change> changes)
    {
        var left = changes.Where(c => c.Kind == FileEventKind.Deleted).GroupBy(c => c.Before!.Status.Inode).ToDictionary(g => g.Key, g => g.First());
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (change.Kind is FileEventKind.Created or FileEventKind.Replaced && change.After is { } there && left.Remove(there.Inode, out var old)
                && IsSameFile(old.Before!.Status, there))
            {
                changes[i] = change with
                {
                    Kind = change.Kind == FileEventKind.Created ? FileEventKind.Renamed : FileEventKind.Replaced,
                    OldPath = old.Directory.PathOf(old.Name),
                    Before = change.Before ?? old.Before,
                };
                changes[changes.IndexOf(old)] = old with { Kind = null };
            }
        }

        changes.RemoveAll(c => c.Kind is null);
    }

    private static bool IsSameFile(FileStatus before, FileStatus after) => before.IsDirectory
        ? after.IsDirectory
        : !after.IsDirectory && before.Size == after.Size && before.ModifyTime == after.ModifyTime;

    // What a directory's own coming and going means for what is below it.
    private void Follow(Change change, List<FileEvent> events, List<WatchedDirectory> entered)
    {
        var path = change.Directory.PathOf(change.Name);
        if (change.Kind == FileEventKind.Renamed && change.After!.Value.IsDirectory)
        {
            foreach (var below in Below(change.OldPath!))
            {
                directories.Remove(below.Path);
                below.Path = path + below.Path[change.OldPath!.Length..];
                directories[below.Path] = below;
            }

            return;
        }

        if (change.Before?.Status.IsDirectory == true)
        {
            foreach (var below in Below(path))
            {
                directories.Remove(below.Path);
                events.AddRange(below.Entries.Where(e => names.IsMeant(e.Key)).Select(e => EventOf(new Change(FileEventKind.Deleted, below, e.Key, e.Value, null, change.Origin, change.Detection))));
            }
        }

        if (names.Recurse && change.After is { IsDirectory: true })
        {
            entered.Add(Enter(path, IsNews(change) ? names : null));
        }
    }

    private List<WatchedDirectory> Below(string path) =>
        [.. directories.Values.Where(d => d.Path == path || d.Path.StartsWith(path + "/", StringComparison.Ordinal))];

    private FileEvent EventOf(Change change)
    {
        var path = change.Directory.PathOf(change.Name);
        var seen = time.GetUtcNow();
        FileStamp? Stamp(string of, FileStatus? status) => status is null ? null : FreshStamps.Describe(of, status, Place, seen);
        return new FileEvent
        {
            Kind = change.Kind!.Value,
            Path = path,
            OldPath = change.OldPath,
            Origin = change.Origin,
            Detection = change.Detection,
            Before = Stamp(change.OldPath ?? path, change.Before?.Status),
            After = Stamp(path, change.After),
            SeenAt = seen,
            LatencyBound = change.Detection == "inotify" ? TimeSpan.Zero : change.Before is null ? options.PollInterval : IntervalOf(change.Before),
        };
    }

    // A file that stands still for so many minutes is looked at every so many intervals, up to the slowdown.
    private TimeSpan IntervalOf(WatchedEntry entry) =>
        options.PollInterval * Math.Clamp((int)time.GetElapsedTime(entry.ChangedAt).TotalMinutes, 1, Math.Max(1, options.IdleSlowdown));

    private sealed record Change(
        FileEventKind? Kind, WatchedDirectory Directory, string Name, WatchedEntry? Before, FileStatus? After, FileEventOrigin Origin, string Detection, string? OldPath = null);
}
