using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>
/// A name that was asked for and is no directory. Where it is a symbolic link, each link on the way and the file behind them is
/// watched in its own place, in the way of the file system that it is on; what changes behind the links is told under the name.
/// </summary>
/// <param name="path">The name.</param>
/// <param name="first">The watch of it in its own directory.</param>
/// <param name="setting">What it shares with the others.</param>
/// <param name="begin">Begins the watch of a name in another directory.</param>
/// <param name="end">Ends one.</param>
internal sealed class NamedFile(string path, TreeWatch first, WatchSetting setting, Func<string, SharedFileSystem, TreeWatch> begin, Action<TreeWatch> end)
{
    // As many as the kernel follows (path_resolution(7)).
    private const int MostLinks = 40;
    private readonly List<Hop> hops = [new Hop(first, path)];

    // What it led to on file systems that are hidden or unmounted now.
    private readonly Dictionary<WatchedDirectory, FileStatus?> hidden = [];
    private readonly HashSet<TreeWatch> away = [];
    private readonly List<FileEvent> pending = [];

    // What it led to when that was told, or was no news, and where that was.
    private FileStatus? last;
    private (string Path, Mount? Mount) target = (path, null);
    private bool isLed;
    private bool isTurned;

    // What its watches told since then: who changed it, and how that was found.
    private FileEvent? cause;

    /// <summary>The name.</summary>
    public string Path => path;

    /// <summary>Whether it is known what it leads to.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether it leads to a directory by now, which is to be watched instead.</summary>
    public bool IsDirectory { get; private set; }

    /// <summary>What it leads to through links, for the state; null where it is no link, or that is not known.</summary>
    public (string Target, Mount Mount, FileStatus? Status)? Led => IsKnown && isLed && target.Mount is { } mount ? (target.Path, mount, last) : null;

    /// <summary>Whether a watch is one of its own.</summary>
    public bool Has(TreeWatch watch) => hops.Exists(h => h.Watch == watch);

    /// <summary>Takes in what an earlier watch saw.</summary>
    /// <param name="status">What it led to; null for nothing.</param>
    /// <param name="from">Where that was, and on which file system; null where it was no link.</param>
    public void Restore(FileStatus? status, (string Path, Mount Mount)? from)
    {
        (last, IsKnown, isLed) = (status, true, from is not null);
        target = from is { } place ? (place.Path, place.Mount) : (path, null);
    }

    /// <summary>Takes in what an earlier watch saw under the name itself, where that was no link.</summary>
    public void RestoreUnled()
    {
        var own = hops[0];
        if (own.Directory?.Known?.IsMeant(System.IO.Path.GetFileName(path)) == true && own.Entry is not { Status.IsLink: true })
        {
            Restore(own.Entry?.Status, null);
        }
    }

    /// <summary>Of what its watches have found, what is told as it is. The rest is told by <see cref="Follow"/>.</summary>
    public IEnumerable<FileEvent> Tell(TreeWatch watch, IReadOnlyList<FileEvent> events)
    {
        foreach (var e in events)
        {
            if (e.Kind is FileEventKind.Outage or FileEventKind.Recovered)
            {
                var changes = e.Kind == FileEventKind.Outage ? away.Count == 0 && away.Add(watch) : away.Remove(watch) && away.Count == 0;
                _ = e.Kind == FileEventKind.Outage && away.Add(watch);
                if (watch == first || changes)
                {
                    yield return watch == first ? e : e with { Path = path };
                }
            }
            else if (watch == first && !isLed && e is not ({ Before.Status.IsLink: true } or { After.Status.IsLink: true }))
            {
                yield return e;
            }
            else
            {
                cause = e;
            }
        }
    }

    /// <summary>Goes the way that the links lead by now, as far as that is known, and tells what is new at its end.</summary>
    public IReadOnlyList<FileEvent> Follow()
    {
        if (Walk(out var there))
        {
            Conclude(there);
        }

        if (pending.Count == 0)
        {
            return [];
        }

        List<FileEvent> events = [.. pending];
        pending.Clear();
        return events;
    }

    /// <summary>Ends the watches of all but its own directory.</summary>
    public void Leave() => Cut(1);

    // Finds what is at the end; false as long as some of the way is not looked at.
    private bool Walk(out FileStatus? there)
    {
        there = null;
        for (var i = 0; i < hops.Count; i++)
        {
            var hop = hops[i];
            if (!hop.Watch.IsQuiet)
            {
                return false;
            }

            NoteMoved(hop);
            if (hop.Entry is var entry && entry != hop.Seen)
            {
                isLed |= entry is { Status.IsLink: true } || hop.Seen is { Status.IsLink: true };
                isTurned |= hops.Count > i + 1;
                Cut(i + 1);
                (hop.Seen, hop.Ahead, hop.IsEnd) = (entry, null, false);
            }

            if (entry is { Status.IsLink: true } && !hop.IsEnd && i == hops.Count - 1)
            {
                hop.Ahead ??= Look(hop);
                if (!hop.Ahead.IsCompleted)
                {
                    return false;
                }

                if (hop.Ahead.Result is { Directory: { } directory })
                {
                    there = directory;
                    return true;
                }

                hop.IsEnd = !GoOn(hop.Ahead.Result);
            }
        }

        there = hops[^1].Entry is { Status.IsLink: false } last ? last.Status : null;
        return true;
    }

    // Its directory is on another file system by now: what was seen in the other one is hidden, and not gone.
    private void NoteMoved(Hop hop)
    {
        if (hop.SeenIn is { } before && before != hop.Directory)
        {
            hidden[before] = last;
            last = hop.Directory is { } now && hidden.Remove(now, out var known) ? known : null;
        }

        hop.SeenIn = hop.Directory;
    }

    // Reading a link and finding its target's file system may hang, so others are not held up by that.
    private Task<Way?> Look(Hop hop)
    {
        var look = Abandonable.Start(() => WayOf(hop));
        look.ContinueWith(_ => setting.Watches.Interrupt(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return look;
    }

    private static Way? WayOf(Hop hop)
    {
        if (Libc.ReadLink(hop.Path) is not { } words)
        {
            return null;
        }

        var next = FilePath.Absolute(words, System.IO.Path.GetDirectoryName(hop.Path));
        var place = FileSystemLocator.Locate(System.IO.Path.GetDirectoryName(next) ?? "/");
        try
        {
            return new Way(next, place, place.Responds && FileStatus.Of(next) is { IsDirectory: true } directory ? directory : null);
        }
        catch (IOException)
        {
            // What cannot be looked at is told of by its own watch.
            return new Way(next, place, null);
        }
    }

    private bool GoOn(Way? way)
    {
        if (way is null || hops.Count > MostLinks || hops.Exists(h => h.Path == way.Path))
        {
            setting.Trouble?.Report(way is null ? $"{path}: {hops[^1].Path} is a link that cannot be read" : $"{path}: its symbolic links lead in a circle; waiting for one of them to be turned");
            return false;
        }

        // As at boot: where the file system of an earlier watch is not mounted now, it is waited for.
        var place = way.Place;
        if (way.Path == target.Path && target.Mount is { } mount && mount.MountPoint.Length > place.Mount.MountPoint.Length && FilePath.IsBelow(place.ResolvedPath, mount.MountPoint))
        {
            place = place with { Mount = mount };
        }

        hops.Add(new Hop(begin(way.Path, place), way.Path));
        return true;
    }

    private void Cut(int from)
    {
        foreach (var hop in hops.Skip(from))
        {
            if (away.Remove(hop.Watch) && away.Count == 0)
            {
                pending.Add(hop.Watch.Ledger.Tell(FileEventKind.Recovered, path, $"{path} leads elsewhere now"));
            }

            end(hop.Watch);
        }

        hops.RemoveRange(from, hops.Count - from);
    }

    private void Conclude(FileStatus? status)
    {
        var place = hops[^1].Watch.Tree.Place;
        if (isLed && IsKnown && KindOf(status) is { } kind && !(setting.Options.StatePath is { } state && WatchState.IsOwn(hops[^1].Path, FilePath.Full(state))))
        {
            var seen = setting.Time.GetUtcNow();
            pending.Add(new FileEvent
            {
                Kind = kind,
                Path = path,
                OldPath = kind is FileEventKind.Renamed or FileEventKind.Replaced ? cause?.OldPath : null,
                Origin = cause?.Origin ?? FileEventOrigin.Unknown,
                Detection = cause?.Detection ?? "look",
                Before = last is { } before ? FreshStamps.Describe(path, before, place, seen) : null,
                After = status is { } after ? FreshStamps.Describe(path, after, place, seen) : null,
                SeenAt = seen,
                LatencyBound = cause is not null ? cause.LatencyBound : place.Cache is null ? null : setting.Options.PollInterval,
            });
        }

        (last, IsKnown, isTurned, cause) = (status, true, false, null);
        isLed = hops[^1].Entry is { Status.IsLink: true } || hops.Count > 1;
        target = (hops[^1].Path, place.Mount);
        IsDirectory = status is { IsDirectory: true };
    }

    private FileEventKind? KindOf(FileStatus? status) => (last, status) switch
    {
        (null, null) => null,
        (null, _) => cause?.OldPath is null ? FileEventKind.Created : FileEventKind.Renamed,
        (_, null) => FileEventKind.Deleted,
        ({ } before, { } after) when before.Inode != after.Inode || before.IsDirectory != after.IsDirectory || (isTurned && !Renames.IsOneDevice(before.Device, after.Device)) => FileEventKind.Replaced,
        ({ } before, { } after) => before.Same(after) ? null : FileEventKind.Changed,
    };

    /// <summary>Where a link leads.</summary>
    /// <param name="Path">The name that it says.</param>
    /// <param name="Place">What the directory of that is on.</param>
    /// <param name="Directory">The status of what the name leads to where that is a directory; null otherwise.</param>
    private sealed record Way(string Path, SharedFileSystem Place, FileStatus? Directory);

    /// <summary>A name on the way.</summary>
    /// <param name="watch">The watch of it in its directory.</param>
    /// <param name="path">The name.</param>
    private sealed class Hop(TreeWatch watch, string path)
    {
        public TreeWatch Watch => watch;

        public string Path => path;

        public WatchedDirectory? Directory => watch.Tree.Find(watch.Tree.Root);

        public WatchedEntry? Entry => Directory?.Entries.GetValueOrDefault(System.IO.Path.GetFileName(path));

        /// <summary>What was there when it was last gone by.</summary>
        public WatchedEntry? Seen { get; set; }

        public WatchedDirectory? SeenIn { get; set; }

        /// <summary>Where the link leads, as soon as that was looked at.</summary>
        public Task<Way?>? Ahead { get; set; }

        /// <summary>Whether the link leads nowhere.</summary>
        public bool IsEnd { get; set; }
    }
}
