using NfsTools.FileSystems;
using NfsTools.Interop;
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
    private readonly List<MountFiles> mounts = [];

    /// <param name="paths">The files, absolute.</param>
    /// <param name="take">What a look is.</param>
    public MountLooks(IReadOnlyList<string> paths, Func<IReadOnlyList<string>, IReadOnlyList<StampLook>> take)
    {
        (this.paths, this.take) = (paths, take);
        var table = MountTable.Read();
        var mountOf = new Dictionary<string, MountFiles>(StringComparer.Ordinal);
        for (var file = 0; file < paths.Count; file++)
        {
            var directory = Path.GetDirectoryName(paths[file]) ?? "/";
            if (!mountOf.TryGetValue(directory, out var mount))
            {
                var id = MountTable.Find(table, directory).Id;
                if (mounts.Find(m => m.Id == id) is not { } known)
                {
                    mounts.Add(known = new MountFiles(id));
                }

                mountOf[directory] = mount = known;
            }

            mount.Files.Add(file);
        }
    }

    /// <summary>Whether a mount owes an answer still.</summary>
    public bool AnyUnderWay => mounts.Exists(m => m.Look is not null);

    /// <summary>Looks at files; those of a mount that owes an answer still are not asked about again.</summary>
    /// <param name="isWanted">Which files, by their place in the list.</param>
    /// <param name="patience">How long to wait for answers.</param>
    /// <param name="answer">Is told of each file wanted: what was seen, or that the mount does not answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Look(Predicate<int> isWanted, TimeSpan patience, Action<int, StampLook> answer, CancellationToken cancellation)
    {
        foreach (var mount in mounts)
        {
            if (mount.Look is null && mount.Files.FindAll(isWanted) is { Count: > 0 } files)
            {
                mount.Asked = files;
                mount.Look = Abandonable.Start(() => take(files.ConvertAll(f => paths[f])));
            }
        }

        Task.WaitAll(Looks(), Milliseconds(patience), cancellation);
        foreach (var mount in mounts)
        {
            if (mount.Look is not { } look)
            {
                continue;
            }

            var seen = look.IsCompleted ? look.GetAwaiter().GetResult() : null;
            for (var i = 0; i < mount.Asked.Count; i++)
            {
                answer(mount.Asked[i], seen?[i] ?? new StampLook(null, Silent));
            }

            mount.Look = seen is null ? look : null;
        }
    }

    /// <summary>Waits until a mount that owes an answer has given it, or the time is over.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void AwaitAny(TimeSpan patience, CancellationToken cancellation) => Task.WaitAny(Looks(), Milliseconds(patience), cancellation);

    private Task[] Looks() => [.. mounts.Select(m => m.Look).OfType<Task>()];

    private static int Milliseconds(TimeSpan time) => (int)Math.Clamp(time.TotalMilliseconds, 0, int.MaxValue);

    /// <summary>The files of a mount, by their places in the list; and the look that it owes the answer of.</summary>
    private sealed class MountFiles(int id)
    {
        public int Id => id;

        public List<int> Files { get; } = [];

        public List<int> Asked { get; set; } = [];

        public Task<IReadOnlyList<StampLook>>? Look { get; set; }
    }
}
