using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>Finds what has left one name and appeared under another, in whichever tree: that was renamed.</summary>
internal static class Renames
{
    /// <summary>Makes one change of the two halves of each rename; a directory takes along what is known below it.</summary>
    public static void Pair(IReadOnlyList<ChangeLedger> ledgers)
    {
        var left = ledgers.SelectMany(l => l.Untold.Where(c => c.Kind == FileEventKind.Deleted).Select(c => (Ledger: l, Change: c))).ToLookup(v => v.Change.Before!.Status.Inode);
        if (left.Count == 0)
        {
            return;
        }

        foreach (var ledger in ledgers)
        {
            foreach (var change in ledger.Untold.Where(c => c.Kind is FileEventKind.Created or FileEventKind.Replaced && c.OldPath is null && left.Contains(c.After!.Value.Inode)).ToList())
            {
                var (from, old) = left[change.After!.Value.Inode].FirstOrDefault(
                    v => v.Change.Path != change.Path && v.Ledger.Untold.Contains(v.Change) && IsSame(v.Change.Before!.Status, change.After.Value)
                        && (change.After.Value.IsDirectory || IsUntouched(v.Change, v.Ledger, change, ledger)));
                if (old is not null && IsProved(change, old, ledger.Tree))
                {
                    from.Forget(old);
                    ledger.Rename(change, old);
                }
            }
        }
    }

    /// <summary>
    /// Whether what came may be what had another name. An inode number alone proves nothing: it is used again at once. The time of
    /// birth does, where the file system tells it.
    /// </summary>
    public static bool IsSame(FileStatus before, FileStatus after) =>
        before.IsDirectory == after.IsDirectory && IsOneDevice(before.Device, after.Device)
        && (before.BornAt != 0 && after.BornAt != 0 ? before.BornAt == after.BornAt : before.IsDirectory || (before.Size == after.Size && before.ModifyTime == after.ModifyTime));

    /// <summary>Whether two device numbers are one, as far as both are known: a state does not know them.</summary>
    public static bool IsOneDevice(ulong one, ulong other) => one == other || one == 0 || other == 0;

    // A file's rename is told where what came is: what happened to the old name between would be told before or after its time. Of a
    // directory that is the lesser evil: all below it would be deleted and created.
    private static bool IsUntouched(Change old, ChangeLedger from, Change change, ChangeLedger to)
    {
        var changes = from.Untold;
        var (one, other) = (changes.Index().First(c => c.Item == old).Index, to == from ? changes.Index().First(c => c.Item == change).Index : -1);
        return !changes.Index().Any(c => c.Item != old && c.Item.Path == old.Path && (other < 0 || (c.Index > one) != (c.Index > other)));
    }

    // Where no time of birth is told, a directory whose own time has moved is the same one if something in it is.
    private static bool IsProved(Change change, Change old, WatchedTree tree)
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
}
