using NfsTools.Interop;

namespace NfsTools.FileSystems;

/// <summary>Tells which file system a path is on. Servers that hang delay the answer by no more than the time given.</summary>
public static class FileSystemLocator
{
    private const int MostLinks = 40;

    /// <summary>How long a file system is waited for.</summary>
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Looks at a path, which need not exist.</summary>
    /// <param name="path">The path.</param>
    /// <param name="timeout">How long the file system may take to answer; null for <see cref="UsualTimeout"/>.</param>
    public static SharedFileSystem Locate(string path, TimeSpan? timeout = null) => Locate([path], timeout)[0];

    /// <summary>Looks at paths, which need not exist, all at once: however many hang, the answer is there in time.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="timeout">How long the file systems may take to answer; null for <see cref="UsualTimeout"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static IReadOnlyList<SharedFileSystem> Locate(IReadOnlyList<string> paths, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        string[] full = [.. paths.Select(path => FilePath.Full(path))];
        Task<Answer>[] looks = [.. full.Select(path => Abandonable.Start(() => Look(path)))];
        Task.WaitAll(looks, (int)Math.Clamp((timeout ?? UsualTimeout).TotalMilliseconds, 0, int.MaxValue), cancellation);

        // The mount table is read behind the looks, which mount what automounts.
        Answer?[] answers = [.. looks.Select(look => look.IsCompleted ? look.Result : null)];
        var mounts = MountTable.Read();
        return [.. full.Select((path, i) => Describe(path, answers[i], mounts))];
    }

    /// <summary>The mounts in the mount table that can be seen, i.e. that no later mount hides.</summary>
    /// <param name="all">Local ones too, instead of shared ones alone.</param>
    /// <param name="timeout">How long the file systems may take to answer; null for <see cref="UsualTimeout"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static IReadOnlyList<SharedFileSystem> Mounts(bool all = false, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var mounts = MountTable.Read();
        var meant = mounts.Where(m => (all || IsShared(m, mounts)) && MountTable.Find(mounts, m.MountPoint).Id == m.Id);
        return Locate([.. meant.Select(m => m.MountPoint)], timeout, cancellation);
    }

    /// <summary>
    /// File systems as a watch that begins now would watch them: with looks alone where this user's inotify instances or watches are
    /// used up, which their reasons say.
    /// </summary>
    /// <param name="places">The file systems.</param>
    public static IReadOnlyList<SharedFileSystem> WithLimits(IReadOnlyList<SharedFileSystem> places)
    {
        using var inotify = new Inotify();
        inotify.Add("/", out _);
        return inotify.Shortage is { Length: > 0 } shortage ? [.. places.Select(p => p with { Strategy = WatchStrategy.Polling, Reason = $"looks alone, since {shortage}; {p.Reason}" })] : places;
    }

    /// <summary>
    /// Whether a path is on this host's own disks, as far as the mount table alone can tell: nothing is asked of the file
    /// system itself, so symbolic links are not followed.
    /// </summary>
    /// <param name="path">The path.</param>
    public static bool IsLocal(string path)
    {
        var mounts = MountTable.Read();
        return FamilyOf(MountTable.Find(mounts, FilePath.Full(path)), mounts) == FileSystemFamily.Local;
    }

    /// <summary>What the mount table tells of a path, and the answer of its file system, where it gave one.</summary>
    internal static SharedFileSystem Describe(string path, Answer? answer, IReadOnlyList<Mount> mounts)
    {
        var resolved = answer?.Resolved ?? path;
        var mount = MountTable.Find(mounts, resolved);
        var below = Below(mount, mounts);
        var family = FileSystemCatalog.FamilyOf(below);
        var (server, export) = FileSystemCatalog.ServerOf(family, below.Source);
        var responds = answer is { Failed: false };
        return new SharedFileSystem
        {
            Path = path,
            ResolvedPath = resolved,
            Mount = mount,
            Family = family,
            Magic = responds && MountTable.Find(mounts, answer!.Existing).Id == mount.Id ? answer.Magic : null,
            Responds = responds,
            Server = server,
            Export = export,
            Version = below.Options.GetValueOrDefault("vers", ""),
            Cache = FileSystemCatalog.CacheOf(family, below),
            Strategy = family == FileSystemFamily.Local ? WatchStrategy.Events : WatchStrategy.EventsAndPolling,
            Reason = (responds ? "" : "it does not answer now; ") + (below == mount ? "" : $"an overlay on {below.Type}; ") + FileSystemCatalog.ReasonOf(family, below.Type),
        };
    }

    // Below automounts that wait for somebody to go there is nothing to be told yet, and looking would mount them all.
    private static bool IsShared(Mount mount, IReadOnlyList<Mount> mounts) => mount.Type != "autofs" && FamilyOf(mount, mounts) != FileSystemFamily.Local;

    private static FileSystemFamily FamilyOf(Mount mount, IReadOnlyList<Mount> mounts) => FileSystemCatalog.FamilyOf(Below(mount, mounts));

    // An overlay is as shared as the layers below it: their changes do not pass through it.
    private static Mount Below(Mount mount, IReadOnlyList<Mount> mounts)
    {
        if (mount.Type != "overlay")
        {
            return mount;
        }

        return mount.Options.GetValueOrDefault("lowerdir", "").Split(':').Append(mount.Options.GetValueOrDefault("upperdir", ""))
            .Where(layer => layer.StartsWith('/'))
            .Select(layer => MountTable.Find(mounts, layer))
            .FirstOrDefault(m => FileSystemCatalog.FamilyOf(m) != FileSystemFamily.Local) ?? mount;
    }

    private static Answer Look(string path)
    {
        var (resolved, existing) = (path, path);
        try
        {
            for (var links = 0; ; links++)
            {
                existing = NearestVisible(resolved);
                var rest = Path.GetRelativePath(existing, resolved);
                existing = Libc.RealPath(existing) ?? existing;
                if (rest == ".")
                {
                    return new Answer(existing, existing, Libc.FileSystemMagic(existing));
                }

                // A link to what is not there yet: it will be made where the link leads to.
                var next = rest.Split('/')[0];
                resolved = Path.Join(existing, rest);
                if (links == MostLinks || Libc.ReadLink(Path.Join(existing, next)) is not { } target)
                {
                    return new Answer(resolved, existing, Libc.FileSystemMagic(existing));
                }

                resolved = FilePath.Full(Path.Join(Path.Combine(existing, target), rest[next.Length..]));
            }
        }
        catch (IOException)
        {
            // A server that is gone: the mount table still says what the path is on.
            return new Answer(resolved, existing, null, Failed: true);
        }
    }

    private static string NearestVisible(string path)
    {
        while (path != "/" && !IsVisible(path))
        {
            path = Path.GetDirectoryName(path) ?? "/";
        }

        return path;
    }

    // What this user may not look at, and names that lead nowhere, say nothing against the file system.
    private static bool IsVisible(string path)
    {
        try
        {
            return FileStatus.Of(path) is not null;
        }
        catch (IOException e) when (e.HResult is Libc.NotPermitted or Libc.LinkLoop or Libc.NameTooLong)
        {
            return false;
        }
    }

    /// <summary>What the file system answered.</summary>
    /// <param name="Resolved">The path behind its links.</param>
    /// <param name="Existing">As much of it as is there and may be looked at.</param>
    /// <param name="Magic">The file system's magic number.</param>
    /// <param name="Failed">Whether the answer was an error.</param>
    internal sealed record Answer(string Resolved, string Existing, long? Magic, bool Failed = false);
}
