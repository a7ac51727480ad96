using System.Collections.Concurrent;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>What to look at in one directory.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="Names">Entries to look at.</param>
/// <param name="Whole">Look at the directory too, and list it if it has changed.</param>
internal sealed record LookScope(WatchedDirectory Directory, IReadOnlyList<string> Names, bool Whole);

/// <summary>What a look found of one directory.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="Whole">Whether the directory itself was looked at; otherwise status and settled say nothing.</param>
/// <param name="Status">Its status; null where it is gone.</param>
/// <param name="Settled">Whether what was listed may be relied upon until the status changes.</param>
/// <param name="Entries">The names looked at and what is there now; null for nothing.</param>
/// <param name="IsElsewhere">Whether the path leads to nothing or to another directory by now: what was seen there says nothing of this one.</param>
/// <param name="Failure">Why it could not be read, or not all of it; null where it could.</param>
internal sealed record DirectoryLook(
    WatchedDirectory Directory, bool Whole, FileStatus? Status, bool Settled, IReadOnlyList<(string Name, FileStatus? Status)> Entries, bool IsElsewhere = false, string? Failure = null);

/// <summary>
/// Looks at directories and files past the client's caches. It may hang with the file system, so it runs on a thread of its
/// own and changes nothing of the watcher's state.
/// </summary>
/// <remarks>
/// Two changes within a tick of the server's clock look like one, so what has changed is looked at until it stood still for a
/// tick: a directory before it is listed, a file before it is told of. What does not stand still is told of as it is.
/// </remarks>
internal sealed class TreeLook(WatchedTree tree, RequestBudget? budget, TimeProvider time, CancellationToken cancellation)
{
    private const int MostTries = 4;

    private readonly SharedFileSystem place = tree.Place;
    private readonly WatchedNames watched = tree.Names;
    private readonly ConcurrentDictionary<WatchedDirectory, string> failures = [];

    // How many directories are looked at beside one another.
    private int beside;
    private long progress = time.GetTimestamp();

    /// <summary>When it began, on the watcher's monotonic clock.</summary>
    public long Began { get; } = time.GetTimestamp();

    /// <summary>How long ago the file system last answered, or the look was last held back by the budget and not by it.</summary>
    public TimeSpan SinceProgress => time.GetElapsedTime(Volatile.Read(ref progress));

    /// <summary>The directories that it leaves to other trees.</summary>
    public IReadOnlySet<string> MountPoints { get; } = tree.MountPoints;

    private bool Shared => place.Family != FileSystemFamily.Local;

    /// <summary>Looks.</summary>
    /// <exception cref="MountChangedException">The path is on another file system by now.</exception>
    /// <exception cref="IOException">The file system does not answer.</exception>
    /// <param name="scopes">What to look at.</param>
    /// <param name="all">All whose turn it is, and not just what inotify told of.</param>
    /// <param name="alone">Nothing but looks finds changes in some of it.</param>
    public List<DirectoryLook> At(IReadOnlyList<LookScope> scopes, bool all, bool alone)
    {
        // Before anything is touched: what is mounted now may hang.
        CheckMount(Shared || all);
        if (Shared)
        {
            Take(1);
            Answered(() => FreshStamps.RenewAbove([place.Path]), place.Path);
        }

        CheckWay(Shared || all);
        beside = scopes.Count;
        var looks = Select(scopes, scope => Guarded(scope, First));
        for (var left = alone ? MostTries : 1; left > 0 && looks.Any(l => !l.Settled); left--)
        {
            if (alone)
            {
                Task.Delay(ServerTick.Of(looks.Where(l => !l.Settled).SelectMany(l => l.Seen)), time, cancellation).Wait(cancellation);
            }

            beside = looks.Count(l => !l.Settled);
            looks = Select(looks, look => look.Settled ? look : Guarded(look.Scope, _ => Again(look, isLast: left == 1)));
        }

        List<DirectoryLook> found =
        [
            .. looks.Select(l => failures.TryGetValue(l.Scope.Directory, out var failure)
                ? new DirectoryLook(l.Scope.Directory, l.Scope.Whole, null, Settled: false, l.Entries ?? [], Failure: failure)
                : new DirectoryLook(l.Scope.Directory, l.Scope.Whole, l.Status, l.IsListed, l.Entries ?? [], IsElsewhere(l))),
        ];
        CheckMount(Shared || all || found.Exists(l => l.IsElsewhere || l.Entries.Any(e => e.Status is null)));
        return found;
    }

    // What cannot be read of one directory says nothing against the others; at the top it does.
    private Look Guarded(LookScope scope, Func<LookScope, Look> look)
    {
        failures.TryRemove(scope.Directory, out _);
        try
        {
            return look(scope);
        }
        catch (IOException e) when (IsOfOne(e) && scope.Directory.Path != tree.Root)
        {
            failures[scope.Directory] = e.Message;
            return new Look(scope, null, [], IsListed: false, Settled: true);
        }
    }

    private static bool IsOfOne(IOException e) => e.HResult is Libc.NotPermitted or Libc.InputOutput;

    // Names are not looked up in a directory that has just changed: what the client learns then may stay in its cache for good.
    private Look First(LookScope scope)
    {
        var status = Renew(scope);
        if (status != scope.Directory.Listed)
        {
            return new Look(scope, status, null, IsListed: false, Settled: false);
        }

        var entries = Statuses(scope.Directory, scope.Names);

        // Nothing stands between a local file and this kernel: one look shows its change.
        return new Look(scope, status, entries, IsListed: true, Settled: !Shared || !entries.Any(e => HasChanged(scope.Directory, e)));
    }

    private Look Again(Look look, bool isLast)
    {
        var (scope, directory) = (look.Scope, look.Scope.Directory);
        var status = Renew(scope);
        var still = status == look.Status;
        if (!still && !isLast)
        {
            return new Look(scope, status, null, IsListed: false, Settled: false);
        }

        if (scope.Whole && status is null)
        {
            return Gone(scope);
        }

        var before = still ? look.Entries : null;
        try
        {
            var entries = before is not null ? Renewed(directory, before) : status == directory.Listed ? Statuses(directory, scope.Names) : Listed(scope);
            return new Look(scope, status, entries, still, still && !entries.Any(e => HasChanged(directory, e) && before?.Contains(e) != true));
        }
        catch (IOException e) when (e.HResult is Libc.NoSuchEntry or Libc.NotADirectory)
        {
            // Gone since it was looked at.
            return Gone(scope);
        }
        catch (IOException e) when (IsOfOne(e))
        {
            failures[directory] = e.Message;
            return new Look(scope, status, [], IsListed: false, Settled: true);
        }
    }

    // Of the entries those that have changed, once more.
    private (string Name, FileStatus? Status)[] Renewed(WatchedDirectory directory, (string Name, FileStatus? Status)[] entries) =>
    [
        .. entries.Where(e => !HasChanged(directory, e)),
        .. Statuses(directory, [.. entries.Where(e => HasChanged(directory, e)).Select(e => e.Name)]),
    ];

    // What is not in the listing is not there: a name looked up may still lead to what the client remembers.
    private (string Name, FileStatus? Status)[] Listed(LookScope scope)
    {
        FreshStamps.ForgetListing(scope.Directory.Path, place);
        var names = List(scope.Directory.Path).ToHashSet(StringComparer.Ordinal);
        var gone = scope.Directory.Entries.Keys.Union(scope.Names).Where(name => !names.Contains(name));
        return [.. Statuses(scope.Directory, [.. names]), .. gone.Select(name => (name, (FileStatus?)null))];
    }

    /// <summary>The names in a directory that are watched.</summary>
    private IEnumerable<string> List(string path) => NativeFile.List(path)
        .Where(entry =>
        {
            Volatile.Write(ref progress, time.GetTimestamp());
            return watched.Includes(entry.Name, entry.IsDirectory);
        })
        .Select(entry => entry.Name);

    private static Look Gone(LookScope scope) => new(scope, null, [.. scope.Directory.Entries.Keys.Select(name => (name, (FileStatus?)null))], IsListed: true, Settled: true);

    // A mount that is not there any more shows the directory below it: whatever is in there says nothing of the files.
    private void CheckMount(bool needed)
    {
        if (needed && !place.IsMounted())
        {
            throw new MountChangedException($"{place.Title} is not there any more");
        }
    }

    // Somebody may have turned a symbolic link on the way to another file system.
    private void CheckWay(bool needed)
    {
        if (needed && Answered(() => Libc.RealPath(place.Path), place.Path) is { } now && now != place.ResolvedPath)
        {
            throw new MountChangedException($"{place.Path} leads to {now} now");
        }
    }

    // Names that are gone from a directory that has gone itself tell of its new path, not of them.
    private bool IsElsewhere(Look look)
    {
        var (directory, whole) = (look.Scope.Directory, look.Scope.Whole);
        if (directory.Inode == 0 || !(whole || look.Entries?.Any(e => e.Status is null) == true))
        {
            return false;
        }

        var now = whole ? look.Status : Answered(() => FileStatus.Of(directory.Path, fresh: true), directory.Path);
        return now?.Inode != directory.Inode;
    }

    private static bool HasChanged(WatchedDirectory directory, (string Name, FileStatus? Status) entry) =>
        !(directory.Entries.TryGetValue(entry.Name, out var known) ? entry.Status is { } now && known.Status.Same(now) : entry.Status is null);

    private FileStatus? Renew(LookScope scope)
    {
        // Where inotify named the entries, the directory itself is looked at only for its effect on the client's cache.
        if (!scope.Whole && !Shared)
        {
            return scope.Directory.Listed;
        }

        Take(1);
        var status = Answered(() => FreshStamps.RenewNames(scope.Directory.Path, place), scope.Directory.Path);
        return scope.Whole ? status : scope.Directory.Listed;
    }

    // Where tens of directories are looked at, each one's names wait in turn: for no more threads than that.
    private (string Name, FileStatus? Status)[] Statuses(WatchedDirectory directory, IReadOnlyList<string> names)
    {
        if (!Shared || beside >= InFlight.Most || names.Count <= 1)
        {
            return InTurn(directory, names);
        }

        var parts = names.Chunk((names.Count + InFlight.Most - 1) / InFlight.Most).ToList();
        return [.. InFlight.SelectAtOnce(parts, part => InTurn(directory, part)).SelectMany(p => p)];
    }

    // What this user may not look at is left out, and what is mounted over, where another tree looks.
    private (string Name, FileStatus? Status)[] InTurn(WatchedDirectory directory, IReadOnlyList<string> names)
    {
        var statuses = new List<(string Name, FileStatus? Status)>(names.Count);
        for (int i = 0, granted = 0; i < names.Count; i++, granted--)
        {
            var path = directory.PathOf(names[i]);
            if (MountPoints.Contains(path))
            {
                continue;
            }

            granted = granted > 0 ? granted : Take(names.Count - i);
            try
            {
                statuses.Add((names[i], Answered(() => FileStatus.Of(path, fresh: true, follow: false), path)));
            }
            catch (IOException e) when (IsOfOne(e))
            {
                failures[directory] = e.Message;
            }
        }

        return [.. statuses];
    }

    private int Take(int most) => budget?.Take(most, cancellation) ?? most;

    private T Answered<T>(Func<T> ask, string path)
    {
        Volatile.Write(ref progress, time.GetTimestamp());
        var answer = FreshStamps.Persist(ask, path);
        Volatile.Write(ref progress, time.GetTimestamp());
        return answer;
    }

    private TResult[] Select<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> look) => Shared ? InFlight.SelectAtOnce(items, look) : [.. items.Select(look)];

    /// <summary>What was seen of one directory so far.</summary>
    /// <param name="Scope">What to look at.</param>
    /// <param name="Status">The directory's status.</param>
    /// <param name="Entries">What is in it; null as long as the directory did not stand still.</param>
    /// <param name="IsListed">Whether the entries are all there was under that status.</param>
    /// <param name="Settled">Whether all of it stood still for a tick, or is as it was known.</param>
    private sealed record Look(LookScope Scope, FileStatus? Status, (string Name, FileStatus? Status)[]? Entries, bool IsListed, bool Settled)
    {
        public IEnumerable<FileStatus?> Seen => (Entries ?? []).Select(e => e.Status).Append(Status);
    }
}
