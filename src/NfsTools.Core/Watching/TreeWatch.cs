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

    // Everything is to be looked at, and who made what changed cannot be told.
    private bool overflowed = true;
    private bool outage;
    private bool rootMissing;

    public TreeWatch(
        WatchedTree tree, RequestBudget? budget, WatchOptions options, Inotify changes,
        Dictionary<int, HashSet<(TreeWatch Tree, WatchedDirectory Directory)>> watches, TimeProvider time, CancellationToken cancellation)
    {
        (this.tree, this.budget, this.options, this.changes, this.watches, this.time, this.cancellation) = (tree, budget, options, changes, watches, time, cancellation);
        tree.Enter(tree.Root, known: null);
    }

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
        directory.Inode = 0;
        overflowed |= directory.Path == tree.Root;
    }

    /// <summary>Notes whether the look that is under way has ended; its result is taken in at the next step.</summary>
    public void NoteEnded() => looking = looking is null ? null : looking with { Ended = looking.Work.IsCompleted };

    /// <summary>How long until this tree has something to do, unless inotify tells of something.</summary>
    public TimeSpan Left()
    {
        var left = looking is { Work.IsCompleted: true } ? TimeSpan.Zero
            : looking is not null ? (outage ? Never : options.OutageAfter - looking.Maker.SinceProgress)
            : overflowed || (!outage && hints.Count + entered.Count > 0) ? TimeSpan.Zero
            : Polls ? options.PollInterval - time.GetElapsedTime(polledAt)
            : Never;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Does what is due and tells what happened.</summary>
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
            events.Add(tree.Tell(FileEventKind.Outage, $"the file system did not answer for {options.OutageAfter.TotalSeconds:0.#} s"));
        }

        return events;
    }

    private Look Begin()
    {
        var since = time.GetTimestamp();
        var everything = overflowed || outage || rootMissing;
        var scopes = everything ? WithHints(tree.Everything()) : Polls && time.GetElapsedTime(polledAt) >= options.PollInterval ? WithHints(tree.Due()) : Hinted();
        polledAt = everything || Polls ? since : polledAt;
        overflowed = false;
        entered.Clear();
        (hintsLookedAt, hints) = (hints, []);
        var unwatched = tree.Directories.Where(d => d.Inode == 0).ToList();
        var look = new TreeLook(tree.Place, tree.Names, budget, time, cancellation);
        List<DirectoryLook> WatchAndLook()
        {
            unwatched.ForEach(Watch);
            return look.At(scopes);
        }

        if (Shared)
        {
            var work = new Task<List<DirectoryLook>>(WatchAndLook, CancellationToken.None, TaskCreationOptions.LongRunning);
            work.ContinueWith(_ => changes.Interrupt(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            work.Start(TaskScheduler.Default);
            return new Look(look, work, everything, Ended: false);
        }

        // A local file system does not hang: the look is made here, without a thread's detour.
        try
        {
            return new Look(look, Task.FromResult(WatchAndLook()), everything, Ended: false);
        }
        catch (IOException e)
        {
            return new Look(look, Task.FromException<List<DirectoryLook>>(e), everything, Ended: false);
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
                events.Add(tree.Tell(FileEventKind.Outage, e.Message));
            }

            polledAt = time.GetTimestamp();
            return;
        }

        if (outage)
        {
            // A look that hung until now may have seen half of what happened: everything is looked at once more.
            outage = false;
            overflowed = true;
            events.Add(tree.Tell(FileEventKind.Recovered, ""));
        }

        TakeIn(look, events);
    }

    private void TakeIn(Look look, List<FileEvent> events)
    {
        // A name that vanished while inotify told of it again may be half of a rename: the next look sees both halves.
        bool IsLocal(WatchedDirectory directory, string name) => hintsLookedAt.Contains((directory, name)) || hints.Contains((directory, name));
        var (happened, fresh) = tree.Apply(
            look.Work.Result,
            look.Maker.Began,
            (directory, name) => hints.Contains((directory, name)),
            (directory, name) => IsLocal(directory, name) ? FileEventOrigin.Local : look.Everything ? FileEventOrigin.Unknown : Shared ? FileEventOrigin.Remote : FileEventOrigin.Local,
            (directory, name) => IsLocal(directory, name) ? "inotify" : "look");
        events.AddRange(happened);
        entered.UnionWith(fresh);
        foreach (var directory in look.Work.Result.Where(l => l.Whole))
        {
            var inode = directory.Status?.Inode ?? 0;
            if (directory.Directory.Inode != 0 && inode != 0 && inode != directory.Directory.Inode)
            {
                // Another directory is there now: it is watched, and looked at again with that.
                entered.Add(directory.Directory);
                inode = 0;
            }

            directory.Directory.Inode = inode;
            rootMissing = directory.Directory.Path == tree.Root ? directory.Status is null : rootMissing;
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
            }
        }
        catch (IOException)
        {
            // The directory is gone again, or the user's watches are used up: looks stand in.
        }
    }

    /// <summary>A look that is under way.</summary>
    private sealed record Look(TreeLook Maker, Task<List<DirectoryLook>> Work, bool Everything, bool Ended);
}
