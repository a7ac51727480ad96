using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>Which directories inotify watches, and which trees it tells of each. Looks that are under way may add to them.</summary>
internal sealed class DirectoryWatches(Inotify changes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, HashSet<(TreeWatch Tree, WatchedDirectory Directory)>> sharing = [];

    /// <summary>Watches directories, as far as inotify can: what is left over is found by looks. May hang with the file system.</summary>
    public void Watch(TreeWatch tree, IEnumerable<WatchedDirectory> directories)
    {
        foreach (var directory in directories)
        {
            var watch = changes.Add(directory.Path, out var isUsedUp);
            if (isUsedUp)
            {
                // There is none for the others either.
                return;
            }

            lock (gate)
            {
                directory.Watch = watch;
                if (watch is { } number)
                {
                    sharing.TryAdd(number, []);
                    sharing[number].Add((tree, directory));
                }
            }
        }
    }

    /// <summary>Ends a directory's watch, unless another tree shares it.</summary>
    public void Unwatch(WatchedDirectory directory)
    {
        lock (gate)
        {
            if (directory.Watch is { } watch && sharing.TryGetValue(watch, out var trees) && trees.RemoveWhere(s => s.Directory == directory) > 0 && trees.Count == 0)
            {
                sharing.Remove(watch);
                changes.Remove(watch);
            }

            directory.Watch = null;
        }
    }

    /// <summary>Ends the wait for events: a look has ended.</summary>
    public void Interrupt() => changes.Interrupt();

    /// <summary>Hands events on to whom they concern.</summary>
    /// <param name="events">The events.</param>
    /// <param name="all">All trees.</param>
    public void Hint(List<InotifyEvent> events, IReadOnlyList<TreeWatch> all)
    {
        lock (gate)
        {
            foreach (var e in events)
            {
                if (e.IsOverflow)
                {
                    foreach (var tree in all)
                    {
                        tree.Overflowed();
                    }
                }
                else if (sharing.TryGetValue(e.Watch, out var trees))
                {
                    foreach (var (tree, directory) in trees)
                    {
                        Hint(e, tree, directory);
                    }

                    _ = e.IsEnd && sharing.Remove(e.Watch);
                }
            }
        }
    }

    private static void Hint(InotifyEvent e, TreeWatch tree, WatchedDirectory directory)
    {
        if (e.Name.Length > 0)
        {
            tree.Hint(directory, e.Name);
        }
        else if (e.IsEnd || e.IsMoved)
        {
            directory.Watch = e.IsEnd ? null : directory.Watch;
            tree.WentAway(directory, e.IsMoved);
        }
    }
}
