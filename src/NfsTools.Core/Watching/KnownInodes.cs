using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>What is known under which inode number, in all trees: what came may be what has left another name.</summary>
internal sealed class KnownInodes
{
    private readonly Lazy<ILookup<ulong, WatchedDirectory>> directories;
    private readonly Lazy<ILookup<ulong, (string Path, FileStatus Status)>> files;
    private readonly IReadOnlyList<TreeWatch> watched;

    public KnownInodes(IReadOnlyList<TreeWatch> watched)
    {
        this.watched = watched;
        directories = new(() => watched.SelectMany(w => w.Tree.Directories).Where(d => d.Inode != 0).ToLookup(d => d.Inode));
        files = new(() =>
        {
            var wanted = watched.SelectMany(w => w.Ledger.Unjudged).Where(c => c.After is not null).Select(c => c.After!.Value.Inode).ToHashSet();
            return watched.SelectMany(w => w.Tree.Directories)
                .SelectMany(d => d.Entries.Where(e => wanted.Contains(e.Value.Status.Inode)).Select(e => (Path: d.PathOf(e.Key), e.Value.Status)))
                .ToLookup(f => f.Status.Inode);
        });
    }

    /// <summary>Whether there is more than one directory that a file may be renamed from or to.</summary>
    public bool AreMany => watched.Sum(w => w.Tree.Directories.Take(2).Count()) > 1;

    /// <summary>The directories with an inode number.</summary>
    public IEnumerable<WatchedDirectory> Directories(ulong inode) => directories.Value[inode];

    /// <summary>The files with the inode number of one that came.</summary>
    public IEnumerable<(string Path, FileStatus Status)> Files(ulong inode) => files.Value[inode];
}
