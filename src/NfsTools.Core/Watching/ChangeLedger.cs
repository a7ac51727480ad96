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
    private readonly List<Change> unjudged = [];
    private readonly ChangeEvents events = new(tree, options, time);

    /// <summary>What is watched.</summary>
    public WatchedTree Tree => tree;

    /// <summary>What was found and is not told yet.</summary>
    public IReadOnlyList<Change> Untold => changes;

    /// <summary>What was found in the last look and may be half of a rename.</summary>
    public IReadOnlyList<Change> Unjudged => unjudged;

    /// <summary>An event about a path as a whole.</summary>
    public FileEvent Tell(FileEventKind kind, string path, string reason) => events.Tell(kind, path, reason);

    /// <summary>Takes out a change that is half of another one.</summary>
    public void Forget(Change change) => changes.Remove(change);

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

            look.Directory.Known = look.Failure is null ? tree.Names : look.Directory.Known;
        }

        return again;
    }

    /// <summary>Begins the directories that came, and those that moved here; finds what may be half of a rename.</summary>
    /// <param name="known">What is known in all trees.</param>
    /// <returns>Directories that are to be looked at.</returns>
    public List<WatchedDirectory> Enter(KnownInodes known)
    {
        var fresh = new List<WatchedDirectory>();
        foreach (var change in unjudged)
        {
            if (change.OldPath is not null)
            {
                fresh.AddRange(change.Subtree.Where(tree.Contains));
            }
            else if (change.After is not { } there)
            {
                change.IsDoubted = known.AreMany;
            }
            else if (!there.IsDirectory)
            {
                change.IsDoubted = known.Files(there.Inode).Any(f => f.Path != change.Path && Renames.IsSame(f.Status, there));
            }
            else if (known.Directories(there.Inode).Any(d => d.Path != change.Path && Renames.IsOneDevice(d.Device, there.Device)))
            {
                change.IsDoubted = true;
            }
            else
            {
                fresh.Add(Enter(change));
            }
        }

        unjudged.Clear();
        return fresh;
    }

    /// <summary>Takes out what is to be told by now.</summary>
    /// <param name="isSettled">Whether a change will stay what it seems to be.</param>
    /// <param name="dropped">Directories that are not watched any more.</param>
    /// <param name="fresh">Directories that are to be looked at.</param>
    public List<FileEvent> Take(Func<Change, bool> isSettled, List<WatchedDirectory> dropped, List<WatchedDirectory> fresh)
    {
        var told = new List<FileEvent>();
        var count = changes.FindIndex(c => !isSettled(c)) is var open && open >= 0 ? open : changes.Count;
        for (var i = 0; i < count; i++)
        {
            var change = changes[i];
            if (change.Kind == FileEventKind.Deleted)
            {
                told.AddRange(change.Subtree.SelectMany(d => d.Entries.Select(e => Gone(change, d, e))).Where(events.IsTold).Select(events.Of));
                dropped.AddRange(change.Subtree);
                if (i + 1 < count && changes[i + 1] is { After: not null } next && next.Path == change.Path)
                {
                    // Another one is there in its place.
                    (next.Kind, next.Before, next.IsNews) = (FileEventKind.Replaced, next.Before ?? change.Before, true);
                    continue;
                }
            }
            else if (change is { IsDoubted: true, After.IsDirectory: true })
            {
                fresh.Add(Enter(change));
            }

            if (events.IsTold(change))
            {
                told.Add(events.Of(change));
            }
        }

        changes.RemoveRange(0, count);
        return told;
    }

    /// <summary>Makes a rename of what came; a directory takes along what is known below it.</summary>
    /// <param name="change">What came.</param>
    /// <param name="old">What is gone, and was the same.</param>
    public void Rename(Change change, Change old)
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
                unjudged.Add(change);
            }
        }
    }

    private static Change Gone(Change with, WatchedDirectory directory, KeyValuePair<string, WatchedEntry> entry) =>
        new(FileEventKind.Deleted, directory.PathOf(entry.Key), entry.Key, entry.Value, null) { Origin = with.Origin, Detection = with.Detection, IsNews = true, NotedAt = with.NotedAt };

    private WatchedDirectory Enter(Change change) => tree.Enter(change.Path, change.IsNews ? tree.Names : null, change.After!.Value);

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

            // inotify tells of both halves of a rename at once; of files that a look found, the other half may be found later.
            if (kind != FileEventKind.Changed && (after is { IsDirectory: true } ? tree.Names.Recurse : detection == "look"))
            {
                unjudged.Add(change);
            }

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
        if (known is null && tree.WasBelowMount(path))
        {
            // It was there all the time, and what is in it comes to light now.
            again.AddRange(tree.Names.Recurse ? [tree.Enter(path, tree.Names, there)] : []);
        }
        else if (known is null)
        {
            if (isNews || moves || there.IsDirectory)
            {
                Add(FileEventKind.Created, null, there, isNews);
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
}
