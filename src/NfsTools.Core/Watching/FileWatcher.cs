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
    private readonly IProgress<string>? trouble;
    private readonly TimeProvider time;

    /// <summary>Makes a watcher.</summary>
    /// <param name="options">What to watch.</param>
    /// <param name="trouble">Told, once each, of what is not there yet, and of what inotify cannot watch.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NfsToolsException">There is nothing to watch.</exception>
    public FileWatcher(WatchOptions options, IProgress<string>? trouble = null, TimeProvider? time = null)
    {
        this.options = options;
        this.trouble = trouble;
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
        using var changes = new Inotify(ofMounts: true);
        var watches = new DirectoryWatches(changes);
        var list = new WatchList(new WatchSetting(options, watches, trouble, time, stop.Token));
        if (!list.Begin())
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
                WatchState.Load(options.StatePath, list, time.GetTimestamp());
            }

            while (true)
            {
                foreach (var e in Step(list))
                {
                    unsaved = true;
                    yield return e;
                }

                // The first state is saved once all was looked at: what changes from then on is never lost.
                var saveIn = options.StatePath is null || !(savedAt is null ? list.IsKnown : unsaved) ? TimeSpan.MaxValue
                    : savedAt is { } last ? SaveInterval - time.GetElapsedTime(last) : TimeSpan.Zero;
                if (saveIn <= TimeSpan.Zero)
                {
                    own = Own(own);
                    WatchState.Save(options.StatePath!, list);
                    (savedAt, unsaved, saveIn) = (time.GetTimestamp(), false, TimeSpan.MaxValue);
                }

                if (!known && list.IsKnown)
                {
                    known = true;
                    GiveBack(list);
                }

                if (changes.TakeShortage() is { } shortage)
                {
                    trouble?.Report($"{shortage}: what inotify does not watch is looked at every {options.PollInterval.TotalSeconds:0.#} s instead");
                }

                if (!Await(changes, list.All.Select(t => t.Left()).Append(saveIn).Min(), cancellation))
                {
                    break;
                }

                // What a look saw is in inotify's queue by the time the look has ended: so it is drained after that.
                foreach (var tree in list.All)
                {
                    tree.NoteEnded();
                }

                var told = Drain(changes, cancellation);
                if (changes.TakeMountsChanged() | list.All.Aggregate(false, (any, tree) => tree.TakeMoved() | any))
                {
                    list.MountsChanged();
                }

                watches.Hint(told, list.All);
            }

            if (options.StatePath is not null)
            {
                own = Own(own);
                WatchState.Save(options.StatePath, list);
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
    private static List<FileEvent> Step(WatchList list)
    {
        var watched = list.All;
        var events = watched.SelectMany(w => list.Tell(w, w.Step())).ToList();
        List<TreeWatch> pairing = [.. watched.Where(w => !w.Tree.IsBehindLink)];
        Renames.Pair([.. pairing.Select(w => w.Ledger)]);
        var known = new KnownInodes(pairing);
        foreach (var watch in watched)
        {
            watch.Enter(known);
        }

        events.AddRange(watched.SelectMany(w => list.Tell(w, w.Tell(watched))));
        events.AddRange(list.Follow());
        return events;
    }

    // The first look at a large tree leaves behind more than is kept of it, and a watch that is idle allocates too little ever
    // to have that collected: with 100,000 files, two fifths of the process's memory.
    private static void GiveBack(WatchList list)
    {
        if (list.All.Sum(w => w.Tree.Directories.Sum(d => d.Entries.Count)) >= ManyEntries)
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
}
