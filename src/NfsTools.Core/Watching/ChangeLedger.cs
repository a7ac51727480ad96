using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>
/// What looks at one tree found and is not told yet. A directory that vanished may have gone where nobody has looked yet, in
/// this tree or another one: it is told of once all of them were looked at since, and what was found later waits behind it.
/// </summary>
internal sealed class ChangeLedger(WatchedTree tree, WatchOptions options, TimeProvider time)
{
    private readonly List<Change> changes = [];
    private readonly List<Change> came = [];

    /// <summary>Takes in what a look found.</summary>
    /// <param name="looks">The look.</param>
    /// <param name="began">When it began: from then on a file's next turn is reckoned, however long the look took.</param>
    /// <param name="awaited">Which names that have vanished are left for the next look.</param>
    /// <param name="tellOf">Who changed an entry, and how that was found.</param>
    /// <returns>Directories that are to be looked at again.</returns>
    public List<WatchedDirectory> Note(
        IReadOnlyList<DirectoryLook> looks, long began, Func<WatchedDirectory, string, bool> awaited,
        Func<WatchedDirectory, string, (FileEventOrigin Origin, string Detection)> tellOf)
    {
        // What is there when a directory is looked at for the first time is no news, and may be a great deal: it is left alone,
        // unless something vanished that may have gone there.
        var moves = looks.Any(l => l.Entries.Any(e => e.Status is null));
        var again = new List<WatchedDirectory>();

        // Those above first: where a directory has gone, what was seen of those below under its old path says nothing.
        foreach (var look in looks.OrderBy(l => l.Directory.Path.Length))
        {
            if (!tree.Contains(look.Directory))
            {
                continue;
            }

            // The directory at the top is what its path leads to.
            if (look.IsElsewhere && !(look.Whole && look.Directory.Path == tree.Root))
            {
                look.Directory.Listed = null;
                continue;
            }

            if (look.Whole)
            {
                look.Directory.Listed = look.Settled ? look.Status : null;
            }

            foreach (var (name, status) in look.Entries)
            {
                if (status is null ? !awaited(look.Directory, name) : tree.Names.Includes(name, status.Value.IsDirectory))
                {
                    Note(look.Directory, name, status, began, moves, tellOf, again);
                }
            }

            look.Directory.Known = tree.Names;
        }

        return again;
    }

    /// <summary>
    /// Finds what has left one name and appeared under another, in whichever tree: that was renamed, and a directory takes along
    /// what is known below it.
    /// </summary>
    public static void Pair(IReadOnlyList<ChangeLedger> ledgers)
    {
        var left = ledgers.SelectMany(l => l.changes.Where(c => c.Kind == FileEventKind.Deleted).Select(c => (Ledger: l, Change: c))).ToLookup(v => v.Change.Before!.Status.Inode);
        if (left.Count == 0)
        {
            return;
        }

        foreach (var ledger in ledgers)
        {
            foreach (var change in ledger.changes.Where(c => c.Kind is FileEventKind.Created or FileEventKind.Replaced && c.OldPath is null && left.Contains(c.After!.Value.Inode)).ToList())
            {
                var (from, old) = left[change.After!.Value.Inode].FirstOrDefault(
                    v => v.Change.Path != change.Path && v.Ledger.changes.Contains(v.Change) && IsSame(v.Change.Before!.Status, change.After.Value));
                if (old is not null && ledger.IsProved(change, old))
                {
                    from.changes.Remove(old);
                    ledger.Rename(change, old);
                }
            }
        }
    }

    /// <summary>Begins the directories that came, and those that moved here.</summary>
    /// <param name="known">The directories of all trees by their inodes.</param>
    /// <returns>Directories that are to be looked at.</returns>
    public List<WatchedDirectory> Enter(Lazy<ILookup<ulong, WatchedDirectory>> known)
    {
        var fresh = new List<WatchedDirectory>();
        foreach (var change in came)
        {
            if (change.OldPath is not null)
            {
                fresh.AddRange(change.Subtree.Where(tree.Contains));
            }
            else
            {
                var isKnown = known.Value[change.After!.Value.Inode].Any(d => d.Path != change.Path && IsOneDevice(d.Device, change.After.Value.Device));
                change.IsDoubted |= isKnown;
                fresh.AddRange(isKnown ? [] : [Enter(change)]);
            }
        }

        came.Clear();
        return fresh;
    }

    /// <summary>Takes out what is to be told by now.</summary>
    /// <param name="lookedSince">Whether all trees were looked at since a time.</param>
    /// <param name="dropped">Directories that are not watched any more.</param>
    /// <param name="fresh">Directories that are to be looked at.</param>
    public List<FileEvent> Take(Func<long, bool> lookedSince, List<WatchedDirectory> dropped, List<WatchedDirectory> fresh)
    {
        var events = new List<FileEvent>();
        var count = changes.FindIndex(c => c.IsOpen && !lookedSince(c.NotedAt)) is var open && open >= 0 ? open : changes.Count;
        for (var i = 0; i < count; i++)
        {
            var change = changes[i];
            if (change.Kind == FileEventKind.Deleted)
            {
                events.AddRange(change.Subtree.SelectMany(d => d.Entries.Select(e => Gone(change, d, e))).Where(IsTold).Select(EventOf));
                dropped.AddRange(change.Subtree);
                if (i + 1 < count && changes[i + 1] is { After: not null } next && next.Path == change.Path)
                {
                    // Another one is there in its place.
                    (next.Kind, next.Before, next.IsNews) = (FileEventKind.Replaced, next.Before ?? change.Before, true);
                    continue;
                }
            }
            else if (change.IsDoubted)
            {
                fresh.Add(Enter(change));
            }

            if (IsTold(change))
            {
                events.Add(EventOf(change));
            }
        }

        changes.RemoveRange(0, count);
        return events;
    }

    /// <summary>An event about a path as a whole.</summary>
    public FileEvent Tell(FileEventKind kind, string path, string reason) => new()
    {
        Kind = kind,
        Path = path,
        Origin = FileEventOrigin.Unknown,
        Detection = "look",
        SeenAt = time.GetUtcNow(),
        LatencyBound = options.OutageAfter + options.PollInterval,
        Reason = reason,
    };

    private static Change Gone(Change with, WatchedDirectory directory, KeyValuePair<string, WatchedEntry> entry) =>
        new(FileEventKind.Deleted, directory.PathOf(entry.Key), entry.Key, entry.Value, null) { Origin = with.Origin, Detection = with.Detection, IsNews = true, NotedAt = with.NotedAt };

    // An inode number alone proves nothing: it is used again at once. The time of birth does, where the file system tells it.
    private static bool IsSame(FileStatus before, FileStatus after) =>
        before.IsDirectory == after.IsDirectory && IsOneDevice(before.Device, after.Device)
        && (before.BornAt != 0 && after.BornAt != 0 ? before.BornAt == after.BornAt : before.IsDirectory || (before.Size == after.Size && before.ModifyTime == after.ModifyTime));

    // A state does not know the device.
    private static bool IsOneDevice(ulong one, ulong other) => one == other || one == 0 || other == 0;

    private WatchedDirectory Enter(Change change) => tree.Enter(change.Path, change.IsNews ? tree.Names : null, change.After!.Value);

    // Where no time of birth is told, a directory whose own time has moved is the same one if something in it is.
    private bool IsProved(Change change, Change old)
    {
        var (before, after) = (old.Before!.Status, change.After!.Value);
        if (!after.IsDirectory || (before.BornAt != 0 && after.BornAt != 0) || before.ModifyTime == after.ModifyTime || old.Subtree.Count == 0 || !tree.Names.Recurse)
        {
            return true;
        }

        if (tree.Find(change.Path) is not { Listed: not null } there)
        {
            change.IsDoubted = true;
            return false;
        }

        var known = old.Subtree[0].Entries;
        return known.Count == 0 || known.Any(k => there.Entries.TryGetValue(k.Key, out var entry) && entry.Status.Inode == k.Value.Status.Inode);
    }

    private void Rename(Change change, Change old)
    {
        // Over a file that was there it replaced that; a directory that was there vanished by itself, or went elsewhere.
        (change.Kind, change.OldPath) = (change.Kind == FileEventKind.Created ? FileEventKind.Renamed : change.Kind, old.Path);
        (change.Before, change.IsNews, change.IsDoubted) = (change.Before ?? old.Before, true, false);
        if (old.Subtree.Count > 0)
        {
            change.Subtree = old.Subtree;
            if (tree.Names.Recurse)
            {
                // What a look at it as at a new one found is found again, as a difference from what is known.
                changes.RemoveAll(c => c.Path.StartsWith(change.Path + "/", StringComparison.Ordinal));
                tree.Attach(old.Subtree, old.Path, change.Path);
                came.Add(change);
            }
        }
    }

    private void Note(
        WatchedDirectory directory, string name, FileStatus? status, long began, bool moves,
        Func<WatchedDirectory, string, (FileEventOrigin Origin, string Detection)> tellOf, List<WatchedDirectory> again)
    {
        var known = directory.Entries.GetValueOrDefault(name);
        var path = directory.PathOf(name);
        if (known is not null && known.Status == status)
        {
            // Of a hundred thousand files nearly all are as they were: they cost no new object.
            known.LookedAt = began;
            return;
        }

        var isOther = known is not null && status is { } other && (known.Status.Inode != other.Inode || known.Status.IsDirectory != other.IsDirectory);
        var splits = isOther && (known!.Status.IsDirectory || status!.Value.IsDirectory);
        var (origin, detection) = tellOf(directory, name);
        var now = time.GetTimestamp();
        Change Add(FileEventKind kind, WatchedEntry? before, FileStatus? after, bool isNews)
        {
            var change = new Change(kind, path, name, before, after) { Origin = origin, Detection = detection, IsNews = isNews, NotedAt = now };
            changes.Add(change);
            return change;
        }

        if (known is not null && (status is null || splits))
        {
            var vanished = Add(FileEventKind.Deleted, known, null, isNews: true);
            vanished.Subtree = known.Status.IsDirectory ? tree.Detach(path) : [];
            directory.Entries.Remove(name);
            known = null;
        }

        if (status is not { } there)
        {
            return;
        }

        var isNews = directory.Known?.Includes(name, there.IsDirectory) == true;
        directory.Entries[name] = new WatchedEntry(there, known is not null && known.Status.Same(there) ? known.ChangedAt : now, began);
        if (known is null)
        {
            if (isNews || moves || there.IsDirectory)
            {
                var created = Add(FileEventKind.Created, null, there, isNews);
                if (there.IsDirectory && tree.Names.Recurse)
                {
                    came.Add(created);
                }
            }
        }
        else if (isOther)
        {
            Add(FileEventKind.Replaced, known, there, isNews: true);
        }
        else if (!known.Status.Same(there) && !there.IsDirectory)
        {
            Add(FileEventKind.Changed, known, there, isNews: true);
        }
        else if (known.Status.Mode != there.Mode && tree.Find(path) is { } below)
        {
            // What could not be read may be readable now, or the other way round.
            below.Listed = null;
            again.Add(below);
        }
    }

    // Where names are chosen, a directory's new name is told for the sake of the files below it.
    private bool IsTold(Change change) =>
        change.IsNews && !IsState(change.Path) && (tree.Names.IsMeant(change.Name) || (change.OldPath is not null && change.Subtree.Any(d => d.Entries.Keys.Any(tree.Names.IsMeant))));

    // Saving the state is no event, which would have the state saved again.
    private bool IsState(string path) => options.StatePath is { } state && WatchState.IsOwn(path, FilePath.Full(state));

    private FileEvent EventOf(Change change)
    {
        var seen = time.GetUtcNow();
        FileStamp? Stamp(string of, FileStatus? status) => status is null ? null : FreshStamps.Describe(of, status, tree.Place, seen);
        return new FileEvent
        {
            Kind = change.Kind,
            Path = change.Path,
            OldPath = change.OldPath,
            Origin = change.Origin,
            Detection = change.Detection,
            Before = Stamp(change.OldPath ?? change.Path, change.Before?.Status),
            After = Stamp(change.Path, change.After),
            SeenAt = seen,
            LatencyBound = change.Detection == "inotify" ? TimeSpan.Zero : tree.Place.Cache is null ? null : change.Before is null ? options.PollInterval : tree.IntervalOf(change.Before),
        };
    }
}
