using NfsTools.FileSystems;

namespace NfsTools.Watching;

/// <summary>
/// Keeps one tree under watch: runs the looks where they can be waited for without being held up, and takes in what they find.
/// </summary>
internal sealed class TreeWatch
{
    private readonly WatchedTree tree;
    private readonly ChangeLedger ledger;
    private readonly WatchSetting setting;
    private readonly WatchOptions options;
    private readonly TimeProvider time;
    private readonly DueLooks due;
    private readonly TreeSight sight;
    private readonly HashSet<WatchedDirectory> failing = [];
    private RunningLook? looking;

    // When the last look at all of it began that has ended.
    private long lookedFrom;
    private bool rootMissing;

    // inotify does not tell of all of it, although it could: something is used up, or may not be read.
    private bool blind;

    /// <summary>Begins a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="setting">What it shares with the others.</param>
    /// <param name="known">The names whose comings the first look tells of; null for none.</param>
    public TreeWatch(WatchedTree tree, WatchSetting setting, WatchedNames? known = null)
    {
        (this.tree, this.setting, options, time) = (tree, setting, setting.Options, setting.Time);
        ledger = new ChangeLedger(tree, options, time);
        due = new DueLooks(tree, options, time);
        sight = new TreeSight(tree, ledger, due, setting);
        tree.Enter(tree.Root, known);
    }

    /// <summary>What is watched.</summary>
    public WatchedTree Tree => tree;

    /// <summary>What was found and is not told yet.</summary>
    public ChangeLedger Ledger => ledger;

    // Nothing is to be learned of it now.
    private bool IsAway => sight.IsOutage || sight.IsGone;

    private bool Shared => tree.Place.Family != FileSystemFamily.Local;

    /// <summary>Notes that inotify told of an entry.</summary>
    public void Hint(WatchedDirectory directory, string name) => due.Hint(directory, name);

    /// <summary>Notes that inotify lost events, or that other file systems are mounted below it: everything is looked at.</summary>
    public void Overflowed() => due.Everything = true;

    /// <summary>Notes that a directory is gone, unmounted, or called otherwise; what the root's path leads to now is looked into.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="isMoved">It is called otherwise.</param>
    public void WentAway(WatchedDirectory directory, bool isMoved)
    {
        if (directory == tree.Find(tree.Root))
        {
            sight.NoteRootWent(isMoved);
        }
    }

    /// <summary>Notes that something was mounted or unmounted.</summary>
    public void MountsChanged(IReadOnlyList<Mount> mounts) => sight.MountsChanged(mounts);

    /// <summary>Whether a look is under way.</summary>
    public bool IsLooking => looking is { Work.IsCompleted: false };

    /// <summary>Whether all of it is known as it was at the last look, and nothing of that is still to be told.</summary>
    public bool IsQuiet => lookedFrom != 0 && !sight.IsOutage && tree.IsKnown && ledger.Untold.Count == 0;

    /// <summary>Whether it is on another file system since this was asked for the last time.</summary>
    public bool TakeMoved() => sight.TakeMoved();

    /// <summary>Notes whether the look that is under way has ended; its result is taken in at the next step.</summary>
    public void NoteEnded() => looking = looking is null ? null : looking with { Ended = looking.Work.IsCompleted };

    /// <summary>How long until this tree has something to do, unless inotify tells of something.</summary>
    public TimeSpan Left()
    {
        var left = sight.IsGone ? TimeSpan.MaxValue
            : looking is { Work.IsCompleted: true } ? TimeSpan.Zero
            : looking is not null ? (sight.IsOutage ? options.PollInterval : options.OutageAfter - looking.Maker.SinceProgress)
            : due.Everything || (!sight.IsOutage && due.AreWaiting) ? TimeSpan.Zero
            : due.UntilPoll;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>
    /// Whether all of it was looked at since a time, or cannot be; where it was not, that is done next. Where inotify tells of all
    /// changes, what it told of is enough.
    /// </summary>
    public bool HasLookedSince(long moment)
    {
        var has = IsAway || (!due.HasEntered && looking is not { Plan.Enters: true } && HasFollowedHints(moment) && (lookedFrom >= moment || !(Shared || blind || rootMissing || due.Everything)));
        if (!has)
        {
            due.Hurry();
        }

        return has;
    }

    /// <summary>Whether what inotify told of until a time was looked at, or cannot be.</summary>
    public bool HasFollowedHints(long moment) => IsAway || due.HasFollowedHints(moment);

    /// <summary>Begins the directories that came or moved here.</summary>
    public void Enter(KnownInodes known) => due.Enter(ledger.Enter(known));

    /// <summary>Tells what is certain by now.</summary>
    /// <param name="watched">All trees.</param>
    public List<FileEvent> Tell(IReadOnlyList<TreeWatch> watched)
    {
        var (dropped, fresh) = (new List<WatchedDirectory>(), new List<WatchedDirectory>());
        var events = ledger.Take(change => IsSettled(change, watched), dropped, fresh);
        due.Enter(fresh);
        dropped.ForEach(setting.Watches.Unwatch);
        return events;
    }

    /// <summary>Whether a file or directory of this tree may have come from another one: none is renamed from one file system to another.</summary>
    public bool MayHold(TreeWatch other) => other == this || (!tree.IsBehindLink && !other.tree.IsBehindLink && other.Shared == Shared && other.tree.Place.Mount.Source == tree.Place.Mount.Source);

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
            due.NoteEnded();
            End(ended, events);
        }
        else if (looking is not null && looking.Maker.SinceProgress >= options.OutageAfter)
        {
            sight.Fail($"the file system did not answer for {options.OutageAfter.TotalSeconds:0.#} s", events);
        }

        return events;
    }

    // A name that is gone may be half of a rename, and one that came the other half: the other name is looked at before that is told.
    private bool IsSettled(Change change, IReadOnlyList<TreeWatch> watched)
    {
        // In a single directory, the look that found one half found the other.
        var others = watched.Where(w => w == this ? tree.Names.Recurse : MayHold(w)).ToList();
        return change.IsOpen
            ? others.Select(w => w.HasLookedSince(change.NotedAt)).ToList().TrueForAll(has => has)
            : others.TrueForAll(w => w == this || w.HasFollowedHints(change.NotedAt));
    }

    private RunningLook Begin()
    {
        var plan = due.Take(everything: sight.IsOutage || rootMissing);
        var unwatched = tree.Directories.Where(d => d.Watch is null).ToList();
        var look = new TreeLook(tree, setting.BudgetOf(tree.Place), time, setting.Cancellation);
        var alone = Shared || blind;
        List<DirectoryLook> WatchAndLook()
        {
            setting.Watches.Watch(this, unwatched);
            return look.At(plan.Scopes, plan.All, alone || unwatched.Exists(d => d.Watch is null));
        }

        var work = Shared ? RunningLook.Apart(WatchAndLook, setting.Watches.Interrupt) : RunningLook.Here(WatchAndLook);
        return new RunningLook(look, work, unwatched, plan);
    }

    private void End(RunningLook look, List<FileEvent> events)
    {
        switch (look.Work.Exception?.InnerException)
        {
            case null when look.Work.IsCompletedSuccessfully:
                if (sight.Answered(look.Work.Result, look.Maker.Began, look.Plan.Everything, events))
                {
                    TakeIn(look, events);
                }

                break;
            case MountChangedException:
                sight.FindAgain(events);
                break;
            case IOException e:
                due.PutOff();
                sight.Fail(e.Message, events);
                break;
            case null or OperationCanceledException:
                break;
            case var defect:
                throw defect;
        }
    }

    private void TakeIn(RunningLook look, List<FileEvent> events)
    {
        // A name that vanished while inotify told of it again may be half of a rename: the next look sees both halves.
        bool IsLocal(WatchedDirectory directory, string name) => due.WasHinted(directory, name) || due.IsHinted(directory, name);
        var again = ledger.Note(
            look.Work.Result,
            look.Maker.Began,
            due.IsHinted,
            (directory, name) => IsLocal(directory, name) ? (FileEventOrigin.Local, "inotify") : (look.Plan.Everything ? FileEventOrigin.Unknown : Shared ? FileEventOrigin.Remote : FileEventOrigin.Local, "look"));
        due.Enter(again);
        if (look.Maker.MountPoints != tree.MountPoints)
        {
            // Unmounted during the look, which has left it out.
            tree.RelistRevealed();
        }

        lookedFrom = look.Plan.All ? look.Maker.Began : lookedFrom;
        foreach (var seen in look.Work.Result.Where(l => tree.Contains(l.Directory) && (!l.IsElsewhere || l.Directory.Path == tree.Root)).OrderBy(l => l.Directory.Path.Length))
        {
            TakeFailure(seen, events);
            if (seen.Whole && seen.Failure is null)
            {
                TakeStatus(seen.Directory, seen.Status);
            }
        }

        failing.RemoveWhere(d => !tree.Contains(d));
        blind = failing.Count > 0 || look.Unwatched.Exists(d => d.Watch is null && d.Inode != 0 && tree.Contains(d));
    }

    // What cannot be read of a subtree is told once, for the directory at its top.
    private void TakeFailure(DirectoryLook seen, List<FileEvent> events)
    {
        var directory = seen.Directory;
        if (seen.Failure is { } failure)
        {
            var isBelow = directory.Path != tree.Root && tree.Find(Path.GetDirectoryName(directory.Path)!) is { Failure: not null };
            if (directory.Failure is null && !isBelow && failing.Add(directory))
            {
                events.Add(ledger.Tell(FileEventKind.Outage, directory.Path, failure));
            }

            directory.Failure = failure;
        }
        else if (seen.Whole)
        {
            directory.Failure = null;
            if (failing.Remove(directory))
            {
                events.Add(ledger.Tell(FileEventKind.Recovered, directory.Path, ""));
            }
        }
    }

    private void TakeStatus(WatchedDirectory directory, Interop.FileStatus? status)
    {
        var isOther = directory.Inode != 0 && (status?.Inode != directory.Inode || (directory.Device != 0 && status.Value.Device != directory.Device));
        (directory.Inode, directory.Device) = (status?.Inode ?? 0, status?.Device ?? 0);
        if (directory.Path == tree.Root)
        {
            if (status is null && !rootMissing)
            {
                setting.Trouble?.Report($"{tree.Root} is not there; waiting for it");
            }

            rootMissing = status is null;
        }

        if (isOther)
        {
            // Another directory is there now: it is watched, and with that all in it is looked at again, since what was written to its
            // files before is told by nobody else.
            setting.Watches.Unwatch(directory);
            directory.Listed = null;
            if (status is not null)
            {
                due.Enter([directory]);
            }
        }
    }
}
