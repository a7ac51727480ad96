using NfsTools.FileSystems;

namespace NfsTools.Watching;

/// <summary>Tells whether what a tree watches can be seen, and tells an outage from a change: its file system may hang or be unmounted, its path lead elsewhere.</summary>
internal sealed class TreeSight(WatchedTree tree, ChangeLedger ledger, DueLooks due, WatchSetting setting)
{
    // When it was first found that nothing is mounted where its own file system was; null where that is not so.
    private long? unmountedAt;

    // When inotify told that the directory at the top got another name; null where it was deleted since, or something is there.
    private long? renamedAt;
    private bool moved;

    /// <summary>Whether nothing is known of what is there now.</summary>
    public bool IsOutage { get; private set; }

    /// <summary>Whether its file system is unmounted for good, as far as can be told: the tree above watches what is there now.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Whether it is on another file system since this was asked for the last time.</summary>
    public bool TakeMoved()
    {
        var has = moved;
        moved = false;
        return has;
    }

    /// <summary>Notes that the directory at the top is gone, unmounted, or called otherwise.</summary>
    /// <param name="isMoved">It is called otherwise.</param>
    public void NoteRootWent(bool isMoved) => (due.Everything, renamedAt) = (true, isMoved ? setting.Time.GetTimestamp() : null);

    /// <summary>Notes that something was mounted or unmounted.</summary>
    public void MountsChanged(IReadOnlyList<Mount> mounts)
    {
        IsGone &= MountTable.Find(mounts, tree.Place.ResolvedPath).MountPoint.Length < tree.Place.Mount.MountPoint.Length;
        due.Everything |= IsOutage || !tree.Place.IsMounted(mounts);
    }

    /// <summary>Begins an outage, where there is none.</summary>
    public void Fail(string reason, List<FileEvent> events)
    {
        if (!IsOutage)
        {
            IsOutage = true;
            events.Add(ledger.Tell(FileEventKind.Outage, tree.Root, reason));
        }
    }

    /// <summary>Takes in that a look was answered.</summary>
    /// <param name="look">What it found.</param>
    /// <param name="began">When it began.</param>
    /// <param name="everything">Whether it was at everything.</param>
    /// <param name="events">Takes the outage that begins or ends.</param>
    /// <returns>Whether what it found is to be believed.</returns>
    public bool Answered(List<DirectoryLook> look, long began, bool everything, List<FileEvent> events)
    {
        if (renamedAt is not null && look.Exists(l => l is { Whole: true, Status: null, Failure: null } && l.Directory.Path == tree.Root))
        {
            // What is in it is there under its new name: it is not gone.
            due.PutOff();
            Fail($"{tree.Root} has another name now", events);
            return false;
        }

        renamedAt = everything && renamedAt <= began ? null : renamedAt;
        Recover("", events);
        return true;
    }

    /// <summary>
    /// The root's path leads to another file system. Where one was mounted over it, or taken from above it, that one is watched; where
    /// its own one was unmounted, it is waited for: the empty directory below it tells nothing of the files.
    /// </summary>
    public void FindAgain(List<FileEvent> events)
    {
        due.PutOff();
        var (before, now) = (tree.Place, FileSystemLocator.Locate(tree.Root));
        var isTurned = now.ResolvedPath != before.ResolvedPath && before.IsMounted();
        var isUnmounted = now.Mount.MountPoint.Length < before.Mount.MountPoint.Length || now.Type == "autofs";
        if (now.Mount.IsSame(before.Mount) || (isTurned && now.Responds))
        {
            // A link on the way leads elsewhere: what differs there is told as any other difference.
            tree.Place = now;
            due.Hurry();
            moved = true;
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

        (due.Everything, moved) = (true, true);
    }

    // Where a file system below another tree is not mounted again for as long as one may take to answer, the outage ends: the tree above
    // watches the directory that is there now. What is known of it is kept, and compared when it is mounted again.
    private void GiveUp(SharedFileSystem now, List<FileEvent> events)
    {
        unmountedAt = now.Responds && now.Type != "autofs" ? unmountedAt ?? setting.Time.GetTimestamp() : null;
        if (tree.IsMountBelow && unmountedAt is { } since && setting.Time.GetElapsedTime(since) >= setting.Options.OutageAfter)
        {
            IsGone = true;
            Recover($"{tree.Place.Mount.Source} is not mounted any more; {now.Title} is there now: {now.Reason}", events);
        }
    }

    private void Recover(string reason, List<FileEvent> events)
    {
        if (IsOutage)
        {
            // A look that hung until now may have seen half of what happened: everything is looked at once more.
            (IsOutage, unmountedAt, due.Everything) = (false, null, true);
            events.Add(ledger.Tell(FileEventKind.Recovered, tree.Root, reason));
        }
    }
}
