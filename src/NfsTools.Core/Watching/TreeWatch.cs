using NfsTools.FileSystems;

namespace NfsTools.Watching;

/// <summary>
/// Keeps one tree under watch: decides when to look and at what, runs the look where it can be waited for without being
/// held up, and tells an outage from a change.
/// </summary>
internal sealed class TreeWatch
{
    private readonly WatchedTree tree;
    private readonly ChangeLedger ledger;
    private readonly WatchSetting setting;
    private readonly WatchOptions options;
    private readonly TimeProvider time;
    private readonly HashSet<WatchedDirectory> entered = [];
    private readonly HashSet<WatchedDirectory> failing = [];
    private HashSet<(WatchedDirectory Directory, string Name)> hints = [];
    private HashSet<(WatchedDirectory Directory, string Name)> hintsLookedAt = [];

    // When the first of the hints came; the end of time where there are none.
    private long hintedAt = long.MaxValue;
    private long lookedAtHintedAt = long.MaxValue;
    private Look? looking;
    private long polledAt;

    // When the last look at all of it began that has ended.
    private long lookedFrom;

    // All is looked at before its turn, since something waits for that.
    private bool hurried;

    // Everything is to be looked at, and who made what changed cannot be told.
    private bool overflowed = true;
    private bool outage;

    // When it was first found that nothing is mounted where its own file system was; null where that is not so.
    private long? unmountedAt;

    // Its file system is unmounted for good, as far as can be told: the tree above watches what is there now.
    private bool isGone;
    private bool rootMissing;

    // When inotify told that the directory at the top got another name; null where it was deleted since, or something is there.
    private long? renamedAt;

    // inotify does not tell of all of it, although it could: something is used up, or may not be read.
    private bool blind;
    private bool moved;

    /// <summary>Begins a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="setting">What it shares with the others.</param>
    /// <param name="known">The names whose comings the first look tells of; null for none.</param>
    public TreeWatch(WatchedTree tree, WatchSetting setting, WatchedNames? known = null)
    {
        (this.tree, this.setting, options, time) = (tree, setting, setting.Options, setting.Time);
        ledger = new ChangeLedger(tree, options, time);
        tree.Enter(tree.Root, known);
    }

    /// <summary>What is watched.</summary>
    public WatchedTree Tree => tree;

    /// <summary>What was found and is not told yet.</summary>
    public ChangeLedger Ledger => ledger;

    // Nothing is to be learned of it now.
    private bool IsAway => outage || isGone;

    private bool Shared => tree.Place.Family != FileSystemFamily.Local;

    /// <summary>Notes that inotify told of an entry.</summary>
    public void Hint(WatchedDirectory directory, string name)
    {
        if (tree.Names.Includes(name, isDirectory: true) && hints.Add((directory, name)))
        {
            hintedAt = Math.Min(hintedAt, time.GetTimestamp());
        }
    }

    /// <summary>Notes that inotify lost events, or that other file systems are mounted below it: everything is looked at.</summary>
    public void Overflowed() => overflowed = true;

    /// <summary>Notes that a directory is gone, unmounted, or called otherwise; what the root's path leads to now is looked into.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="isMoved">It is called otherwise.</param>
    public void WentAway(WatchedDirectory directory, bool isMoved)
    {
        if (directory == tree.Find(tree.Root))
        {
            (overflowed, renamedAt) = (true, isMoved ? time.GetTimestamp() : null);
        }
    }

    /// <summary>Notes that something was mounted or unmounted.</summary>
    public void MountsChanged(IReadOnlyList<Mount> mounts)
    {
        isGone &= MountTable.Find(mounts, tree.Place.ResolvedPath).MountPoint.Length < tree.Place.Mount.MountPoint.Length;
        overflowed |= outage || !tree.Place.IsMounted(mounts);
    }

    /// <summary>Whether a look is under way.</summary>
    public bool IsLooking => looking is { Work.IsCompleted: false };

    /// <summary>Whether all of it is known as it was at the last look, and nothing of that is still to be told.</summary>
    public bool IsQuiet => lookedFrom != 0 && !outage && tree.IsKnown && ledger.Untold.Count == 0;

    /// <summary>Whether it is on another file system since this was asked for the last time.</summary>
    public bool TakeMoved()
    {
        var has = moved;
        moved = false;
        return has;
    }

    /// <summary>Notes whether the look that is under way has ended; its result is taken in at the next step.</summary>
    public void NoteEnded() => looking = looking is null ? null : looking with { Ended = looking.Work.IsCompleted };

    /// <summary>How long until this tree has something to do, unless inotify tells of something.</summary>
    public TimeSpan Left()
    {
        var left = isGone ? TimeSpan.MaxValue
            : looking is { Work.IsCompleted: true } ? TimeSpan.Zero
            : looking is not null ? (outage ? options.PollInterval : options.OutageAfter - looking.Maker.SinceProgress)
            : overflowed || (!outage && (hurried || hints.Count + entered.Count > 0)) ? TimeSpan.Zero
            : options.PollInterval - time.GetElapsedTime(polledAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>
    /// Whether all of it was looked at since a time, or cannot be; where it was not, that is done next. Where inotify tells of all
    /// changes, what it told of is enough.
    /// </summary>
    public bool HasLookedSince(long moment)
    {
        var has = IsAway || (entered.Count == 0 && looking is not { Enters: true } && HasFollowedHints(moment) && (lookedFrom >= moment || !(Shared || blind || rootMissing || overflowed)));
        hurried |= !has;
        return has;
    }

    /// <summary>Whether what inotify told of until a time was looked at, or cannot be.</summary>
    public bool HasFollowedHints(long moment) => IsAway || Math.Min(hintedAt, lookedAtHintedAt) > moment;

    /// <summary>Begins the directories that came or moved here.</summary>
    public void Enter(KnownInodes known) => entered.UnionWith(ledger.Enter(known));

    /// <summary>Tells what is certain by now.</summary>
    /// <param name="watched">All trees.</param>
    public List<FileEvent> Tell(IReadOnlyList<TreeWatch> watched)
    {
        var (dropped, fresh) = (new List<WatchedDirectory>(), new List<WatchedDirectory>());
        var events = ledger.Take(change => IsSettled(change, watched), dropped, fresh);
        entered.UnionWith(fresh);
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
            lookedAtHintedAt = long.MaxValue;
            End(ended, events);
        }
        else if (looking is not null && looking.Maker.SinceProgress >= options.OutageAfter)
        {
            Fail($"the file system did not answer for {options.OutageAfter.TotalSeconds:0.#} s", events);
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

    private Look Begin()
    {
        var since = time.GetTimestamp();
        var everything = overflowed || outage || rootMissing;
        var all = everything || hurried || time.GetElapsedTime(polledAt) >= options.PollInterval;
        entered.RemoveWhere(d => !tree.Contains(d));
        hints.RemoveWhere(h => !tree.Contains(h.Directory));
        var scopes = everything ? WithHints(tree.Everything()) : all ? WithHints(tree.Due()) : Hinted();
        polledAt = all ? since : polledAt;
        (overflowed, hurried) = (false, false);
        var enters = everything || entered.Count > 0;
        entered.Clear();
        (hintsLookedAt, hints, lookedAtHintedAt, hintedAt) = (hints, [], hintedAt, long.MaxValue);
        var unwatched = tree.Directories.Where(d => d.Watch is null).ToList();
        var look = new TreeLook(tree, setting.BudgetOf(tree.Place), time, setting.Cancellation);
        var alone = Shared || blind;
        List<DirectoryLook> WatchAndLook()
        {
            setting.Watches.Watch(this, unwatched);
            return look.At(scopes, all, alone || unwatched.Exists(d => d.Watch is null));
        }

        if (Shared)
        {
            var work = new Task<List<DirectoryLook>>(WatchAndLook, CancellationToken.None, TaskCreationOptions.LongRunning);
            work.ContinueWith(_ => setting.Watches.Interrupt(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            work.Start(TaskScheduler.Default);
            return new Look(look, work, unwatched, everything, all, enters, Ended: false);
        }

        // A local file system does not hang: the look is made here, without a thread's detour.
        Task<List<DirectoryLook>> done;
        try
        {
            done = Task.FromResult(WatchAndLook());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            done = Task.FromException<List<DirectoryLook>>(e);
        }

        return new Look(look, done, unwatched, everything, all, enters, Ended: false);
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
        var there = scopes.Select(s => s.Directory).ToHashSet();
        return
        [
            .. scopes.Select(s => names.Contains(s.Directory) ? s with { Names = [.. s.Names.Union(names[s.Directory])] } : s),
            .. Hinted().Where(h => !there.Contains(h.Directory)),
        ];
    }

    private void End(Look look, List<FileEvent> events)
    {
        switch (look.Work.Exception?.InnerException)
        {
            case null when look.Work.IsCompletedSuccessfully && renamedAt is not null && look.Work.Result.Exists(l => l is { Whole: true, Status: null, Failure: null } && l.Directory.Path == tree.Root):
                // What is in it is there under its new name: it is not gone.
                polledAt = time.GetTimestamp();
                Fail($"{tree.Root} has another name now", events);
                break;
            case null when look.Work.IsCompletedSuccessfully:
                renamedAt = look.Everything && renamedAt <= look.Maker.Began ? null : renamedAt;
                Recover("", events);
                TakeIn(look, events);
                break;
            case MountChangedException:
                FindAgain(events);
                break;
            case IOException e:
                polledAt = time.GetTimestamp();
                Fail(e.Message, events);
                break;
            case null or OperationCanceledException:
                break;
            case var defect:
                throw defect;
        }
    }

    private void Fail(string reason, List<FileEvent> events)
    {
        if (!outage)
        {
            outage = true;
            events.Add(ledger.Tell(FileEventKind.Outage, tree.Root, reason));
        }
    }

    private void Recover(string reason, List<FileEvent> events)
    {
        if (outage)
        {
            // A look that hung until now may have seen half of what happened: everything is looked at once more.
            (outage, unmountedAt) = (false, null);
            overflowed = true;
            events.Add(ledger.Tell(FileEventKind.Recovered, tree.Root, reason));
        }
    }

    // The root's path leads to another file system. Where one was mounted over it, or taken from above it, that one is watched; where
    // its own one was unmounted, it is waited for: the empty directory below it tells nothing of the files.
    private void FindAgain(List<FileEvent> events)
    {
        polledAt = time.GetTimestamp();
        var (before, now) = (tree.Place, FileSystemLocator.Locate(tree.Root));
        var isTurned = now.ResolvedPath != before.ResolvedPath && before.IsMounted();
        var isUnmounted = now.Mount.MountPoint.Length < before.Mount.MountPoint.Length || now.Type == "autofs";
        if (now.Mount.IsSame(before.Mount) || (isTurned && now.Responds))
        {
            // A link on the way leads elsewhere: what differs there is told as any other difference.
            tree.Place = now;
            (hurried, moved) = (true, true);
            return;
        }

        if ((isUnmounted && !tree.WasOn(now.Mount)) || (isTurned && !now.Responds))
        {
            Fail(now.Responds ? $"{before.Mount.MountPoint}: {before.Mount.Source} is not mounted" : $"{now.Title} does not answer", events);
            GiveUp(now, events);
            return;
        }

        Fail($"{before.Mount.MountPoint}: {before.Mount.Source} {(isUnmounted ? "is not mounted" : "is behind another mount")}", events);
        foreach (var directory in tree.MoveTo(now))
        {
            setting.Watches.Unwatch(directory);
        }

        if (now.Responds)
        {
            Recover($"{now.Title} is there now: {now.Reason}", events);
        }

        (overflowed, moved) = (true, true);
    }

    // Where a file system below another tree is not mounted again for as long as one may take to answer, the outage ends: the tree above
    // watches the directory that is there now. What is known of it is kept, and compared when it is mounted again.
    private void GiveUp(SharedFileSystem now, List<FileEvent> events)
    {
        unmountedAt = now.Responds && now.Type != "autofs" ? unmountedAt ?? time.GetTimestamp() : null;
        if (tree.IsMountBelow && unmountedAt is { } since && time.GetElapsedTime(since) >= options.OutageAfter)
        {
            (isGone, unmountedAt) = (true, null);
            Recover($"{tree.Place.Mount.Source} is not mounted any more; {now.Title} is there now: {now.Reason}", events);
        }
    }

    private void TakeIn(Look look, List<FileEvent> events)
    {
        // A name that vanished while inotify told of it again may be half of a rename: the next look sees both halves.
        bool IsLocal(WatchedDirectory directory, string name) => hintsLookedAt.Contains((directory, name)) || hints.Contains((directory, name));
        var again = ledger.Note(
            look.Work.Result,
            look.Maker.Began,
            (directory, name) => hints.Contains((directory, name)),
            (directory, name) => IsLocal(directory, name) ? (FileEventOrigin.Local, "inotify") : (look.Everything ? FileEventOrigin.Unknown : Shared ? FileEventOrigin.Remote : FileEventOrigin.Local, "look"));
        entered.UnionWith(again);
        if (look.Maker.MountPoints != tree.MountPoints)
        {
            // Unmounted during the look, which has left it out.
            tree.RelistRevealed();
        }

        lookedFrom = look.All ? look.Maker.Began : lookedFrom;
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
                entered.Add(directory);
            }
        }
    }

    /// <summary>A look that is under way.</summary>
    /// <param name="Maker">Who looks.</param>
    /// <param name="Work">What is found.</param>
    /// <param name="Unwatched">The directories that inotify is asked to watch before.</param>
    /// <param name="Everything">All is looked at anew.</param>
    /// <param name="All">All is looked at whose turn it is.</param>
    /// <param name="Enters">Some directories are looked at for the first time.</param>
    /// <param name="Ended">Whether it has ended, and inotify's events until then are known.</param>
    private sealed record Look(TreeLook Maker, Task<List<DirectoryLook>> Work, List<WatchedDirectory> Unwatched, bool Everything, bool All, bool Enters, bool Ended);
}
