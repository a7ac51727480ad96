using System.IO.Enumeration;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>What to look at in one directory.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="Names">Entries to look at.</param>
/// <param name="Whole">Look at the directory too, and list it if it has changed.</param>
internal readonly record struct LookScope(WatchedDirectory Directory, IReadOnlyList<string> Names, bool Whole);

/// <summary>What a look found of one directory.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="Whole">Whether the directory itself was looked at; otherwise status and settled say nothing.</param>
/// <param name="Status">Its status; null where it is gone.</param>
/// <param name="Settled">Whether a listing taken now may be relied upon until the status changes.</param>
/// <param name="Entries">The names looked at and what is there now; null for nothing.</param>
internal sealed record DirectoryLook(WatchedDirectory Directory, bool Whole, FileStatus? Status, bool Settled, IReadOnlyList<(string Name, FileStatus? Status)> Entries);

/// <summary>
/// Looks at directories and files past the client's caches. It may hang with the file system, so it runs on a thread of its
/// own and changes nothing of the watcher's state.
/// </summary>
internal sealed class TreeLook(SharedFileSystem place, Func<string, bool, bool> includes, RequestBudget? budget, TimeProvider time, CancellationToken cancellation)
{
    private long progress = time.GetTimestamp();

    /// <summary>How long ago the file system last answered, or the look was last held back by the budget and not by it.</summary>
    public TimeSpan SinceProgress => time.GetElapsedTime(Volatile.Read(ref progress));

    private bool Shared => place.Family != FileSystemFamily.Local;

    /// <summary>Looks.</summary>
    /// <exception cref="IOException">The file system does not answer, or is another one by now.</exception>
    public List<DirectoryLook> At(IReadOnlyList<LookScope> scopes)
    {
        CheckMount();
        var first = Select(scopes, scope => (Scope: scope, Status: Renew(scope), Entries: Statuses(scope.Directory, scope.Names)));
        var changed = first.Where(d => d.Status != d.Scope.Directory.Listed || d.Entries.Any(e => HasChanged(d.Scope.Directory, e))).ToList();
        if (changed.Count > 0 && Shared)
        {
            Task.Delay(ServerTick.Of(changed.SelectMany(d => d.Entries.Select(e => e.Status).Append(d.Status))), time, cancellation).Wait(cancellation);
        }

        var again = Select(changed, d => Again(d.Scope, d.Status, [.. d.Entries.Where(e => HasChanged(d.Scope.Directory, e)).Select(e => e.Name)]));
        CheckMount();
        return [.. first.Except(changed).Select(d => new DirectoryLook(d.Scope.Directory, d.Scope.Whole, d.Status, true, d.Entries)), .. again];
    }

    /// <summary>The names in a directory that are watched.</summary>
    private FileSystemEnumerable<string> List(string path) =>
        new FileSystemEnumerable<string>(path, (ref FileSystemEntry e) => e.FileName.ToString(), new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry e) => includes(e.FileName.ToString(), e.IsDirectory),
        };

    private DirectoryLook Again(LookScope scope, FileStatus? before, IReadOnlyList<string> changedNames)
    {
        var directory = scope.Directory;
        var status = Renew(scope);
        if (scope.Whole && status is null)
        {
            return Gone(directory);
        }

        IReadOnlyList<string> names;
        try
        {
            names = status == directory.Listed ? changedNames : [.. List(directory.Path).Union(directory.Entries.Keys)];
        }
        catch (DirectoryNotFoundException)
        {
            // Gone since it was looked at.
            return Gone(directory);
        }
        catch (UnauthorizedAccessException)
        {
            // What is in it may not be seen now; looks at shared file systems try again, since its mode may change.
            return new DirectoryLook(directory, scope.Whole, status, Settled: false, []);
        }

        return new DirectoryLook(directory, scope.Whole, status, status == before, Statuses(directory, names));
    }

    private static DirectoryLook Gone(WatchedDirectory directory) =>
        new(directory, true, null, true, [.. directory.Entries.Keys.Select(name => (name, (FileStatus?)null))]);

    // A mount that is not there any more shows the directory below it: whatever is in there says nothing of the files.
    private void CheckMount()
    {
        if (!Shared)
        {
            return;
        }

        var now = MountTable.Find(MountTable.Read(), place.ResolvedPath);
        if (now.MountPoint != place.Mount.MountPoint || now.Type != place.Mount.Type || now.Source != place.Mount.Source)
        {
            throw new IOException($"{place.Mount.MountPoint}: {place.Mount.Source} is not mounted");
        }
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

        var status = Answered(() => FreshStamps.RenewNames(scope.Directory.Path, place));
        return scope.Whole ? status : scope.Directory.Listed;
    }

    // What this user may not look at is left out: that says nothing against the file system.
    private (string Name, FileStatus? Status)[] Statuses(WatchedDirectory directory, IReadOnlyList<string> names)
    {
        var looks = Select(names, name =>
        {
            try
            {
                return (Name: name, Status: Answered(() => FileStatus.Of(directory.PathOf(name), fresh: true, follow: false)), Seen: true);
            }
            catch (IOException e) when (e.HResult == Libc.NotPermitted)
            {
                return (Name: name, Status: null, Seen: false);
            }
        });
        return [.. looks.Where(l => l.Seen).Select(l => (l.Name, l.Status))];
    }

    private T Answered<T>(Func<T> ask)
    {
        budget?.Take(cancellation);
        Volatile.Write(ref progress, time.GetTimestamp());
        var answer = ask();
        Volatile.Write(ref progress, time.GetTimestamp());
        return answer;
    }

    private TResult[] Select<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> look) => Shared ? InFlight.Select(items, look) : [.. items.Select(look)];
}
