using NfsTools.Interop;

namespace NfsTools.FileSystems;

/// <summary>Tells which file system a path is on. A server that hangs delays the answer by no more than the time given.</summary>
public static class FileSystemLocator
{
    /// <summary>How long a file system is waited for.</summary>
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Looks at a path, which need not exist.</summary>
    /// <param name="path">The path.</param>
    /// <param name="timeout">How long the file system may take to answer; null for <see cref="UsualTimeout"/>.</param>
    public static SharedFileSystem Locate(string path, TimeSpan? timeout = null)
    {
        var absolute = Path.GetFullPath(path);
        var answers = Abandonable.TryRun(() => Look(absolute), timeout ?? UsualTimeout, out var answer);

        // The mount table is read behind the look, which mounts what automounts.
        var mounts = MountTable.Read();
        var resolved = answers ? answer.Resolved : absolute;
        var mount = MountTable.Find(mounts, resolved);
        var family = FamilyOf(mount, mounts);
        var (server, export) = FileSystemCatalog.ServerOf(family, mount.Source);
        return new SharedFileSystem
        {
            Path = absolute,
            ResolvedPath = resolved,
            Mount = mount,
            Family = family,
            Magic = answers ? answer.Magic : null,
            Server = server,
            Export = export,
            Cache = FileSystemCatalog.CacheOf(family, mount),
            Strategy = family == FileSystemFamily.Local ? WatchStrategy.Events : WatchStrategy.EventsAndPolling,
            Reason = (answers && answer.Magic is not null ? "" : "it does not answer now; ") + FileSystemCatalog.ReasonOf(family, mount.Type),
        };
    }

    /// <summary>
    /// Whether a path is on this host's own disks, as far as the mount table alone can tell: nothing is asked of the file
    /// system itself, so symbolic links are not followed.
    /// </summary>
    /// <param name="path">The path.</param>
    public static bool IsLocal(string path)
    {
        var mounts = MountTable.Read();
        return FamilyOf(MountTable.Find(mounts, Path.GetFullPath(path)), mounts) == FileSystemFamily.Local;
    }

    // An overlay is as shared as the layers below it: their changes do not pass through it.
    private static FileSystemFamily FamilyOf(Mount mount, IReadOnlyList<Mount> mounts)
    {
        if (mount.Type != "overlay")
        {
            return FileSystemCatalog.FamilyOf(mount.Type);
        }

        return mount.Options.GetValueOrDefault("lowerdir", "").Split(':').Append(mount.Options.GetValueOrDefault("upperdir", ""))
            .Where(layer => layer.StartsWith('/'))
            .Select(layer => FileSystemCatalog.FamilyOf(MountTable.Find(mounts, layer).Type))
            .FirstOrDefault(family => family != FileSystemFamily.Local);
    }

    private static (string Resolved, long? Magic) Look(string path)
    {
        try
        {
            return (Resolve(path), Libc.FileSystemMagic(NearestExisting(path)));
        }
        catch (IOException)
        {
            // A server that is gone: the mount table still says what the path is on.
            return (path, null);
        }
    }

    private static string Resolve(string path)
    {
        var existing = NearestExisting(path);
        var real = Libc.RealPath(existing) ?? existing;
        return existing.Length == path.Length ? real : Path.Join(real, path[existing.Length..]);
    }

    private static string NearestExisting(string path)
    {
        while (path != "/" && FileStatus.Of(path) is null)
        {
            path = Path.GetDirectoryName(path) ?? "/";
        }

        return path;
    }
}
