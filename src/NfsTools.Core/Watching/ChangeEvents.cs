using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>Puts what a watch of a tree has found into events.</summary>
internal sealed class ChangeEvents(WatchedTree tree, WatchOptions options, TimeProvider time)
{
    /// <summary>An event about a path as a whole.</summary>
    public FileEvent Tell(FileEventKind kind, string path, string reason) => new()
    {
        Kind = kind,
        Path = path,
        Origin = FileEventOrigin.Unknown,
        Detection = "look",
        SeenAt = time.GetUtcNow(),
        LatencyBound = options.OutageAfter + options.PollInterval,
        Reason = reason,
    };

    /// <summary>Whether a change is told. Where names are chosen, a directory's new name is told for the sake of the files below it.</summary>
    public bool IsTold(Change change) =>
        change.IsNews && !IsState(change.Path) && (tree.Names.IsMeant(change.Name) || (change.OldPath is not null && change.Subtree.Any(d => d.Entries.Keys.Any(tree.Names.IsMeant))));

    // Saving the state is no event, which would have the state saved again.
    private bool IsState(string path) => options.StatePath is { } state && WatchState.IsOwn(path, FilePath.Full(state));

    /// <summary>The event of a change.</summary>
    public FileEvent Of(Change change)
    {
        var seen = time.GetUtcNow();
        FileStamp? Stamp(string of, FileStatus? status) => status is null ? null : FreshStamps.Describe(of, status, tree.Place, seen);
        return new FileEvent
        {
            Kind = change.Kind,
            Path = change.Path,
            OldPath = change.OldPath,
            Origin = change.Origin,
            Detection = change.Detection,
            Before = Stamp(change.OldPath ?? change.Path, change.Before?.Status),
            After = Stamp(change.Path, change.After),
            SeenAt = seen,
            LatencyBound = change.Detection == "inotify" ? TimeSpan.Zero : tree.Place.Cache is null ? null : change.Before is null ? options.PollInterval : tree.IntervalOf(change.Before),
        };
    }
}
