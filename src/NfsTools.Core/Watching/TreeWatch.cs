using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// Keeps one tree under watch: decides when to look and at what, runs the look where it can be waited for without being
/// held up, and tells an outage from a change.
/// </summary>
internal sealed class TreeWatch
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);
    private readonly WatchedTree tree;
    private readonly ChangeLedger ledger;
    private readonly RequestBudget? budget;
    private readonly WatchOptions options;
    private readonly Inotify changes;
    private readonly Dictionary<int, HashSet<(TreeWatch Tree, WatchedDirectory Directory)>> watches;
    private readonly TimeProvider time;
    private readonly CancellationToken cancellation;
    private readonly HashSet<WatchedDirectory> entered = [];
    private HashSet<(WatchedDirectory Directory, string Name)> hints = [];
    private HashSet<(WatchedDirectory Directory, string Name)> hintsLookedAt = [];
    private Look? looking;
    private long polledAt;

    // When the last look at all of it began that has ended.
    private long lookedFrom;

    // All is looked at before its turn, since something waits for that.
    private bool hurried;

    // Everything is to be looked at, and who made what changed cannot be told.
    private bool overflowed = true;
    private bool outage;
    private bool rootMissing;

    public TreeWatch(
        WatchedTree tree, RequestBudget? budget, WatchOptions options, Inotify changes,
        Dictionary<int, HashSet<(TreeWatch Tree, WatchedDirectory Directory)>> watches, TimeProvider time, CancellationToken cancellation)
    {
        (this.tree, this.budget, this.options, this.changes, this.watches, this.time, this.cancellation) = (tree, budget, options, changes, watches, time, cancellation);
        ledger = new ChangeLedger(tree, options, time);
        tree.Enter(tree.Root, known: null);
    }

    /// <summary>What is watched.</summary>
    public WatchedTree Tree => tree;

    /// <summary>What was found and is not told yet.</summary>
    public ChangeLedger Ledger => ledger;

    private bool Shared => tree.Place.Family != FileSystemFamily.Local;

    private bool Polls => Shared || outage || rootMissing;

    /// <summary>Notes that inotify told of an entry.</summary>
    public void Hint(WatchedDirectory directory, string name)
    {
        if (tree.Names.Includes(name, isDirectory: true))
        {
            hints.Add((directory, name));
        }
    }

    /// <summary>Notes that inotify lost events: everything is looked at.</summary>
    public void Overflowed() => overflowed = true;

    /// <summary>Notes that a directory is not watched any more; the root's end is looked into.</summary>
    public void WatchEnded(WatchedDirectory directory)
    {
        directory.Watch = null;
        overflowed |= directory == tree.Find(tree.Root);
    }

    /// <summary>Notes whether the look that is under way has ended; its result is taken in at the next step.</summary>
    public void NoteEnded() => looking = looking is null ? null : looking with { Ended = looking.Work.IsCompleted };

    /// <summary>How long until this tree has something to do, unless inotify tells of something.</summary>
    public TimeSpan Left()
    {
        var left = looking is { Work.IsCompleted: true } ? TimeSpan.Zero
            : looking is not null ? (outage ? Never : options.OutageAfter - looking.Maker.SinceProgress)
            : overflowed || (!outage && (hurried || hints.Count + entered.Count > 0)) ? TimeSpan.Zero
            : Polls ? options.PollInterval - time.GetElapsedTime(polledAt)
            : Never;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether all of it was looked at since a time, or cannot be; where it was not, that is done next.</summary>
    public bool HasLookedSince(long moment)
    {
        var has = outage || (looking is null && entered.Count == 0 && (!Polls || lookedFrom >= moment));
        hurried |= !has;
        return has;
    }

    /// <summary>Begins the directories that came or moved here.</summary>
    public void Enter(Lazy<ILookup<ulong, WatchedDirectory>> known) => entered.UnionWith(ledger.Enter(known));

    /// <summary>Tells what is certain by now.</summary>
    /// <param name="watched">All trees.</param>
    public List<FileEvent> Tell(IReadOnlyList<TreeWatch> watched)
    {
        var (dropped, fresh) = (new List<WatchedDirectory>(), new List<WatchedDirectory>());
        var events = ledger.Take(moment => watched.Where(MayHold).Select(w => w.HasLookedSince(moment)).ToList().TrueForAll(has => has), dropped, fresh);
        entered.UnionWith(fresh);
        dropped.ForEach(Unwatch);
        return events;
    }

    // A directory is never renamed from one file system to another.
    private bool MayHold(TreeWatch other) => other == this || (other.Shared == Shared && other.tree.Place.Mount.Source == tree.Place.Mount.Source);

    private void Unwatch(WatchedDirectory directory)
    {
        lock (watches)
        {
            if (directory.Watch is { } watch && watches.TryGetValue(watch, out var sharing) && sharing.RemoveWhere(s => s.Directory == directory) > 0 && sharing.Count == 0)
            {
                watches.Remove(watch);
                changes.Remove(watch);
            }
        }
    }

    /// <summary>Does what is due: what is found is in the ledger then.</summary>
    /// <returns>Outages and their ends.</returns>
    public List<FileEvent> Step()
    {
        var events = new List<FileEvent>();
        if (looking is null && Left() <= TimeSpan.Zero)
        {
            looking = Begin();
        }

        if (looking is { Ended: true } ended)
        {
            looking = null;
            End(ended, events);
        }
        else if (looking is not null && !outage && looking.Maker.SinceProgress >= options.OutageAfter)
        {
            outage = true;
            events.Add(ledger.Tell(FileEventKind.Outage, tree.Root, $"the file system did not answer for {options.OutageAfter.TotalSeconds:0.#} s"));
        }

        return events;
    }

    private Look Begin()
    {
        var since = time.GetTimestamp();
        var everything = overflowed || outage || rootMissing;
        var all = everything || (Polls && (hurried || time.GetElapsedTime(polledAt) >= options.PollInterval));
        entered.RemoveWhere(d => !tree.Contains(d));
        hints.RemoveWhere(h => !tree.Contains(h.Directory));
        var scopes = everything ? WithHints(tree.Everything()) : all ? WithHints(tree.Due()) : Hinted();
        polledAt = everything || Polls ? since : polledAt;
        (overflowed, hurried) = (false, false);
        entered.Clear();
        (hintsLookedAt, hints) = (hints, []);
        var unwatched = tree.Directories.Where(d => d.Watch is null).ToList();
        var look = new TreeLook(tree.Place, tree.Names, budget, time, cancellation);
        List<DirectoryLook> WatchAndLook()
        {
            unwatched.ForEach(Watch);
            return look.At(scopes, everything);
        }

        if (Shared)
        {
            var work = new Task<List<DirectoryLook>>(WatchAndLook, CancellationToken.None, TaskCreationOptions.LongRunning);
            work.ContinueWith(_ => changes.Interrupt(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            work.Start(TaskScheduler.Default);
            return new Look(look, work, everything, all, Ended: false);
        }

        // A local file system does not hang: the look is made here, without a thread's detour.
        try
        {
            return new Look(look, Task.FromResult(WatchAndLook()), everything, all, Ended: false);
        }
        catch (IOException e)
        {
            return new Look(look, Task.FromException<List<DirectoryLook>>(e), everything, all, Ended: false);
        }
    }

    // Plain loops: of the time from an event to the line that tells of it, queries took a tenth here.
    private List<LookScope> Hinted()
    {
        var scopes = entered.Select(d => new LookScope(d, [], Whole: true)).ToList();
        var names = new Dictionary<WatchedDirectory, List<string>>();
        foreach (var (directory, name) in hints)
        {
            if (names.TryGetValue(directory, out var others))
            {
                others.Add(name);
            }
            else if (!entered.Contains(directory))
            {
                names[directory] = [name];
                scopes.Add(new LookScope(directory, names[directory], Whole: false));
            }
        }

        return scopes;
    }

    // What was created within a tick of the last listing does not move the directory's stamp: inotify knows its name.
    private List<LookScope> WithHints(IReadOnlyList<LookScope> scopes)
    {
        var names = hints.ToLookup(h => h.Directory, h => h.Name);
        return [.. scopes.Select(s => names.Contains(s.Directory) ? s with { Names = [.. s.Names.Union(names[s.Directory])] } : s)];
    }

    private void End(Look look, List<FileEvent> events)
    {
        if (look.Work.IsFaulted)
        {
            if (!outage && look.Work.Exception!.InnerException is IOException e)
            {
                outage = true;
                events.Add(ledger.Tell(FileEventKind.Outage, tree.Root, e.Message));
            }

            polledAt = time.GetTimestamp();
            return;
        }

        if (outage)
        {
            // A look that hung until now may have seen half of what happened: everything is looked at once more.
            outage = false;
            overflowed = true;
            events.Add(ledger.Tell(FileEventKind.Recovered, tree.Root, ""));
        }

        TakeIn(look);
    }

    private void TakeIn(Look look)
    {
        // A name that vanished while inotify told of it again may be half of a rename: the next look sees both halves.
        bool IsLocal(WatchedDirectory directory, string name) => hintsLookedAt.Contains((directory, name)) || hints.Contains((directory, name));
        var again = ledger.Note(
            look.Work.Result,
            look.Maker.Began,
            (directory, name) => hints.Contains((directory, name)),
            (directory, name) => IsLocal(directory, name) ? (FileEventOrigin.Local, "inotify") : (look.Everything ? FileEventOrigin.Unknown : Shared ? FileEventOrigin.Remote : FileEventOrigin.Local, "look"));
        entered.UnionWith(again);
        lookedFrom = look.All ? look.Maker.Began : lookedFrom;
        foreach (var (directory, status) in look.Work.Result.Where(l => l.Whole && tree.Contains(l.Directory) && (!l.IsElsewhere || l.Directory.Path == tree.Root)).Select(l => (l.Directory, l.Status)))
        {
            var isOther = directory.Inode != 0 && status?.Inode != directory.Inode;
            directory.Inode = status?.Inode ?? 0;
            directory.Device = status?.Device ?? 0;
            rootMissing = directory.Path == tree.Root ? status is null : rootMissing;
            if (isOther)
            {
                // Another directory is there now: it is watched, and looked at again with that.
                Unwatch(directory);
                directory.Watch = null;
                if (status is not null)
                {
                    entered.Add(directory);
                }
            }
        }
    }

    // May hang with the file system.
    private void Watch(WatchedDirectory directory)
    {
        try
        {
            var watch = changes.Add(directory.Path, Inotify.AnyChange);
            lock (watches)
            {
                if (!watches.TryGetValue(watch, out var directories))
                {
                    watches[watch] = directories = [];
                }

                directories.Add((this, directory));
                directory.Watch = watch;
            }
        }
        catch (IOException)
        {
            // The directory is gone again, or the user's watches are used up: looks stand in.
        }
    }

    /// <summary>A look that is under way.</summary>
    private sealed record Look(TreeLook Maker, Task<List<DirectoryLook>> Work, bool Everything, bool All, bool Ended);
}
