using NfsTools.FileSystems;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>
/// Takes the stamps of many files mount by mount, each mount on a thread of its own: one that hangs holds up its own files
/// alone. All files of a mount are asked about at once, tens in flight.
/// </summary>
internal sealed class MountLooks
{
    private const string Silent = "the file system does not answer";
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<StampLook>> take;
    private readonly IReadOnlyList<string> paths;
    private readonly IGrouping<int, int>[] mounts;
    private readonly Dictionary<int, (int[] Files, Task<IReadOnlyList<StampLook>> Look)> underWay = [];

    /// <param name="paths">The files, absolute.</param>
    /// <param name="take">What a look is.</param>
    public MountLooks(IReadOnlyList<string> paths, Func<IReadOnlyList<string>, IReadOnlyList<StampLook>> take)
    {
        (this.paths, this.take) = (paths, take);
        var table = MountTable.Read();
        var mountOf = new Dictionary<string, int>(StringComparer.Ordinal);
        mounts = [.. Enumerable.Range(0, paths.Count).GroupBy(file =>
        {
            var directory = Path.GetDirectoryName(paths[file]) ?? "/";
            return mountOf.TryGetValue(directory, out var mount) ? mount : mountOf[directory] = MountTable.Find(table, directory).Id;
        })];
    }

    /// <summary>Whether a mount owes an answer still.</summary>
    public bool AnyUnderWay => underWay.Count > 0;

    /// <summary>Looks at files; those of a mount that owes an answer still are not asked about again.</summary>
    /// <param name="isWanted">Which files, by their place in the list.</param>
    /// <param name="patience">How long to wait for answers.</param>
    /// <param name="answer">Is told of each file wanted: what was seen, or that the mount does not answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Look(Predicate<int> isWanted, TimeSpan patience, Action<int, StampLook> answer, CancellationToken cancellation)
    {
        foreach (var mount in mounts.Where(m => !underWay.ContainsKey(m.Key)))
        {
            int[] files = [.. mount.Where(file => isWanted(file))];
            if (files.Length > 0)
            {
                underWay[mount.Key] = (files, Abandonable.Start(() => take([.. files.Select(f => paths[f])])));
            }
        }

        Task.WaitAll([.. underWay.Values.Select(u => (Task)u.Look)], (int)Math.Clamp(patience.TotalMilliseconds, 0, int.MaxValue), cancellation);
        foreach (var (mount, (files, look)) in underWay.ToList())
        {
            var seen = look.IsCompleted ? look.Result : null;
            for (var i = 0; i < files.Length; i++)
            {
                answer(files[i], seen?[i] ?? new StampLook(null, Silent));
            }

            if (seen is not null)
            {
                underWay.Remove(mount);
            }
        }
    }

    /// <summary>Waits until a mount that owes an answer has given it, or the time is over.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void AwaitAny(TimeSpan patience, CancellationToken cancellation) =>
        Task.WaitAny([.. underWay.Values.Select(u => u.Look)], (int)Math.Clamp(patience.TotalMilliseconds, 0, int.MaxValue), cancellation);
}
