using NfsTools.Coordination;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// Reports every change of files, whoever made it. inotify tells of this host's changes at once; on shared file systems looks
/// past the client's caches find the others'. Both only say where to look: what is reported is the difference from what was
/// seen before, so a change is reported once. Changes that cancel out between two looks are not reported.
/// </summary>
public sealed class FileWatcher
{
    private const int ManyEntries = 10_000;
    private static readonly TimeSpan SecondHalfWait = TimeSpan.FromMilliseconds(50);

    // The state is written whole: not for each of many changes.
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);
    private readonly WatchOptions options;
    private readonly TimeProvider time;

    /// <summary>Makes a watcher.</summary>
    /// <exception cref="NfsToolsException">There is nothing to watch.</exception>
    public FileWatcher(WatchOptions options, TimeProvider? time = null)
    {
        this.options = options;
        this.time = time ?? TimeProvider.System;
        if (options.Paths.Count == 0)
        {
            throw new NfsToolsException("No path is named.", "Name files or directories to watch.");
        }

        foreach (var path in options.LiteralPaths ? [] : options.Paths)
        {
            // A pattern is for names yet to come, which directories would have to be followed for at every level.
            var directory = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(FilePath.Full(path))) ?? "/";
            if (directory.AsSpan().ContainsAny('*', '?') && !NativeFile.IsDirectory(directory))
            {
                throw new NfsToolsException(
                    $"{path}: only the last part of a path may hold wildcards.", "Name each directory, or watch the one above them recursively, with a filter for the names.");
            }
        }
    }

    /// <summary>
    /// Watches until it is cancelled. Events come as they are seen; the sequence ends when it is cancelled, and whoever stops
    /// reading it ends the watch.
    /// </summary>
    /// <exception cref="NfsToolsException">The state file cannot be read or written.</exception>
    public IEnumerable<FileEvent> Watch(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var changes = new Inotify();
        var budgets = new Dictionary<string, RequestBudget>(StringComparer.Ordinal);
        var watches = new Dictionary<int, HashSet<(TreeWatch Tree, WatchedDirectory Directory)>>();
        var trees = Trees(cancellation);
        if (trees.Count == 0)
        {
            yield break;
        }

        long? savedAt = null;
        var (unsaved, known) = (false, false);
        SharedLock? own = null;
        try
        {
            own = Own(own);
            if (options.StatePath is not null)
            {
                WatchState.Load(options.StatePath, trees, time.GetTimestamp());
            }

            var watched = trees.ConvertAll(tree => new TreeWatch(tree, BudgetOf(budgets, tree.Place), options, changes, watches, time, stop.Token));
            while (true)
            {
                foreach (var e in Step(watched))
                {
                    unsaved = true;
                    yield return e;
                }

                // The first state is saved once all was looked at: what changes from then on is never lost.
                var saveIn = options.StatePath is null || !(savedAt is null ? trees.All(t => t.IsKnown) : unsaved) ? TimeSpan.MaxValue
                    : savedAt is { } last ? SaveInterval - time.GetElapsedTime(last) : TimeSpan.Zero;
                if (saveIn <= TimeSpan.Zero)
                {
                    own = Own(own);
                    WatchState.Save(options.StatePath!, trees);
                    (savedAt, unsaved, saveIn) = (time.GetTimestamp(), false, TimeSpan.MaxValue);
                }

                if (!known && trees.All(t => t.IsKnown))
                {
                    known = true;
                    GiveBack(trees);
                }

                if (!Await(changes, watched.Select(t => t.Left()).Append(saveIn).Min(), cancellation))
                {
                    break;
                }

                // What a look saw is in inotify's queue by the time the look has ended: so it is drained after that.
                watched.ForEach(t => t.NoteEnded());
                Hint(Drain(changes, cancellation), watched, watches);
            }

            if (options.StatePath is not null)
            {
                own = Own(own);
                WatchState.Save(options.StatePath, trees);
            }
        }
        finally
        {
            stop.Cancel();
            own?.Dispose();
        }
    }

    // Takes the state's file, anew where its lock was lost, e.g. deleted.
    private SharedLock? Own(SharedLock? held)
    {
        if (options.StatePath is null || held is { IsHeld: true })
        {
            return held;
        }

        held?.Dispose();
        try
        {
            // What is there otherwise would be waited for, or taken away.
            return FileStatus.Of(options.StatePath) is { IsRegular: false } status
                ? throw new IOException($"it is {status.Kind}, no regular file")
                : OwnFile.Take(FilePath.Full(options.StatePath), "state");
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{options.StatePath}: the state cannot be written: {e.Message.TrimEnd('.')}.", "Name a file in a directory that exists and that you may write to.", e);
        }
    }

    // What all trees found is paired before any of it is told: a directory may have gone from one to another.
    private static List<FileEvent> Step(List<TreeWatch> watched)
    {
        var events = watched.SelectMany(w => w.Step()).ToList();
        ChangeLedger.Pair([.. watched.Select(w => w.Ledger)]);
        var known = new Lazy<ILookup<ulong, WatchedDirectory>>(() => watched.SelectMany(w => w.Tree.Directories).Where(d => d.Inode != 0).ToLookup(d => d.Inode));
        watched.ForEach(w => w.Enter(known));
        events.AddRange(watched.SelectMany(w => w.Tell(watched)));
        return events;
    }

    // The first look at a large tree leaves behind more than is kept of it, and a watch that is idle allocates too little ever
    // to have that collected: with 100,000 files, two fifths of the process's memory.
    private static void GiveBack(List<WatchedTree> trees)
    {
        if (trees.Sum(t => t.Directories.Sum(d => d.Entries.Count)) >= ManyEntries)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private static bool Await(Inotify changes, TimeSpan left, CancellationToken cancellation)
    {
        try
        {
            changes.Wait(left, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // The second half of a rename may not be in the queue yet; it follows at once, unless the file left what is watched.
    private List<InotifyEvent> Drain(Inotify changes, CancellationToken cancellation)
    {
        var events = changes.Read();
        var started = time.GetTimestamp();
        while (events.Where(e => e.Cookie != 0).CountBy(e => e.Cookie).Any(c => c.Value == 1)
            && SecondHalfWait - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero && Await(changes, left, cancellation))
        {
            events.AddRange(changes.Read());
        }

        return events;
    }

    private static void Hint(List<InotifyEvent> events, List<TreeWatch> watched, Dictionary<int, HashSet<(TreeWatch Tree, WatchedDirectory Directory)>> watches)
    {
        // A look that is under way may be adding to them.
        lock (watches)
        {
            HintUnlocked(events, watched, watches);
        }
    }

    private static void HintUnlocked(List<InotifyEvent> events, List<TreeWatch> watched, Dictionary<int, HashSet<(TreeWatch Tree, WatchedDirectory Directory)>> watches)
    {
        foreach (var e in events)
        {
            if (e.IsOverflow)
            {
                watched.ForEach(t => t.Overflowed());
            }
            else if (e.IsEnd && watches.Remove(e.Watch, out var ended))
            {
                foreach (var (tree, directory) in ended)
                {
                    tree.WatchEnded(directory);
                }
            }
            else if (e.Name.Length > 0 && watches.TryGetValue(e.Watch, out var directories))
            {
                foreach (var (tree, directory) in directories)
                {
                    tree.Hint(directory, e.Name);
                }
            }
        }
    }

    private RequestBudget? BudgetOf(Dictionary<string, RequestBudget> budgets, SharedFileSystem place)
    {
        if (place.Family == FileSystemFamily.Local)
        {
            return null;
        }

        if (!budgets.TryGetValue(place.Mount.MountPoint, out var budget))
        {
            budgets[place.Mount.MountPoint] = budget = new RequestBudget(options.RequestsPerSecond, time);
        }

        return budget;
    }

    // None where the watch was cancelled while a file system hung.
    private List<WatchedTree> Trees(CancellationToken cancellation)
    {
        try
        {
            return Abandonable.TryRun(() => options.Paths.Select(TreeOf).ToList(), Timeout.InfiniteTimeSpan, out var trees, cancellation) ? trees : [];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    // A directory stands for its entries; a file, or a name that is not there yet, for itself.
    private WatchedTree TreeOf(string path)
    {
        var full = FilePath.Full(path);
        var isDirectory = Path.EndsInDirectorySeparator(path) || NativeFile.IsDirectory(full);
        return isDirectory
            ? new WatchedTree(Path.TrimEndingDirectorySeparator(full), new WatchedNames(options.Filter, options.Recurse), options, time)
            : new WatchedTree(Path.GetDirectoryName(full) ?? "/", new WatchedNames(PatternOf(Path.GetFileName(full)), Recurse: false), options, time);
    }

    private string PatternOf(string name) =>
        options.LiteralPaths ? string.Concat(name.Select(c => c is '*' or '?' or '\\' ? $"\\{c}" : $"{c}")) : name;
}
