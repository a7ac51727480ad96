using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>
/// Takes stamps past the client's caches, by the cheapest way measured to be right on each kind of file system. Thread safe.
/// </summary>
public sealed class FreshStamps(TimeProvider? time = null)
{
    // ESTALE says that the name leads to a file that is gone by now: asking anew follows it to the next one.
    private const int MostTries = 10;
    private const int MostLinks = 40;
    private static readonly TimeSpan PlaceLifetime = TimeSpan.FromSeconds(30);
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, KnownPlace> places = new(StringComparer.Ordinal);

    /// <summary>
    /// Look into directories too, so that their stamps can be compared by what is in them, as deep as it goes. One with more than
    /// 100,000 entries has no such stamp.
    /// </summary>
    public bool Trees { get; init; }

    /// <summary>Takes the stamp of one path; that of its target where it is a symbolic link.</summary>
    /// <exception cref="IOException">The file system did not answer the question; nothing is known of the file.</exception>
    public FileStamp Take(string path) => Take([path])[0];

    /// <summary>Takes the stamps of many paths, in their order; files of one directory share the look at it.</summary>
    /// <exception cref="IOException">The file system did not answer the question.</exception>
    public IReadOnlyList<FileStamp> Take(IReadOnlyList<string> paths)
    {
        var files = paths.Select(p => FilePath.Absolute(p)).ToList();
        var directories = files.Select(DirectoryOf).Distinct().ToList();
        Persist<object>(() => RenewAbove(directories));
        InFlight.Select<string, object?>(directories, d => Persist<object?>(() => RenewNames(d, PlaceOf(d)), d));
        return InFlight.Select(files, file => Persist(() => TakeFile(file), file));
    }

    /// <summary>Takes the stamps of many paths where their file systems may hang.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="timeout">How long they may take to answer; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="IOException">A file system did not answer the question, or not in time.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public IReadOnlyList<FileStamp> Take(IReadOnlyList<string> paths, TimeSpan timeout, CancellationToken cancellation = default) =>
        Abandonable.TryRun(() => Take(paths), timeout, out var stamps, cancellation)
            ? stamps
            : throw new IOException($"{FilePath.Full(paths[0])}{(paths.Count > 1 ? " or another path" : "")}: the file system does not answer", Libc.TimedOut);

    /// <summary>Takes the stamps of many paths, in their order; one that cannot be taken does not keep the others from being taken.</summary>
    internal IReadOnlyList<StampLook> TakeEach(IReadOnlyList<string> paths)
    {
        try
        {
            return [.. Take(paths).Select(s => new StampLook(s, ""))];
        }
        catch (IOException)
        {
            return InFlight.Select(paths, TryTake);
        }
    }

    /// <summary>What the client's cache says of many paths, in their order.</summary>
    internal IReadOnlyList<StampLook> TakeCached(IReadOnlyList<string> paths) => InFlight.Select(paths, path =>
    {
        try
        {
            var status = FileStatus.Of(path);
            return new StampLook(
                new FileStamp
                {
                    Path = path,
                    Status = status,
                    Tree = Trees && status is { IsDirectory: true } ? DirectoryTree.Of(path, freshOn: null) : null,
                    Method = StampMethod.Cached,
                    Doubt = PlaceOf(DirectoryOf(path)).Family == FileSystemFamily.Local ? "" : "it is what the client's cache says",
                    TakenAt = clock.GetUtcNow(),
                },
                "");
        }
        catch (IOException e)
        {
            return new StampLook(null, e.Message);
        }
    });

    /// <summary>
    /// Makes the client forget what it believes of the names in a directory and on the way to it, so that opening and listing
    /// show what is there.
    /// </summary>
    /// <returns>The directory's status, asked from the server; null where it is not there.</returns>
    /// <exception cref="IOException">The file system did not answer.</exception>
    internal FileStatus? RenewNames(string directory)
    {
        Persist(() => RenewAbove([directory]));
        return Persist(() => RenewNames(directory, PlaceOf(directory)), directory);
    }

    /// <summary>The file system of a directory; looked up anew every half minute.</summary>
    internal SharedFileSystem PlaceOf(string directory)
    {
        if (!places.TryGetValue(directory, out var known) || clock.GetElapsedTime(known.At) > PlaceLifetime)
        {
            places[directory] = known = new KnownPlace(FileSystemLocator.Locate(directory), clock.GetTimestamp());
        }

        return known.Place;
    }

    /// <summary>The stamp that a status, taken in the way that its file system needs, makes.</summary>
    internal static FileStamp Describe(string path, FileStatus? status, SharedFileSystem place, DateTimeOffset takenAt) => new()
    {
        Path = path,
        Status = status,
        Method = MethodOf(place.Family),
        Doubt = DoubtOf(place, status is not null),
        TakenAt = takenAt,
    };

    internal static FileStatus? RenewNames(string directory, SharedFileSystem place)
    {
        var status = FileStatus.Of(directory, fresh: place.Family != FileSystemFamily.Local);
        if (place.Family == FileSystemFamily.Smb && status is { IsDirectory: true })
        {
            // Reading the listing to its end is what renews names on SMB.
            _ = NativeFile.List(directory).Count();
        }

        return status;
    }

    /// <summary>
    /// Makes the client forget its listing of a directory. It keeps one for as long as the directory's time stamp stands still,
    /// although what is changed within one tick of the server's clock does not move that (measured on NFSv3; posix_fadvise(2)
    /// with POSIX_FADV_DONTNEED drops the pages that the listing is in).
    /// </summary>
    internal static void ForgetListing(string directory, SharedFileSystem place)
    {
        if (place.Family != FileSystemFamily.Nfs)
        {
            return;
        }

        // Where it cannot be opened, it cannot be listed either, and that says why.
        using var handle = new SafeFileHandle(Libc.Open(directory, Libc.OpenReadOnly | Libc.OpenNonBlock | Libc.OpenCloseOnExec, 0), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            _ = Libc.FileAdvise(handle, 0, 0, Libc.AdviseNotNeeded);
        }
    }

    /// <summary>Looks again where a name led to a file that is gone by now, from the directories above on.</summary>
    internal static T Persist<T>(Func<T> look, params string[] paths)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                _ = tries == 1 ? 0 : RenewAbove(paths);
                return look();
            }
            catch (IOException e) when (e.HResult == Libc.StaleHandle && tries < MostTries)
            {
            }
        }
    }

    /// <summary>
    /// Makes the client forget what it believes of the way to paths: another host may have made or replaced a directory there,
    /// or switched a symbolic link.
    /// </summary>
    /// <returns>How many directories were asked about.</returns>
    internal static int RenewAbove(IReadOnlyCollection<string> paths)
    {
        var named = RenewInOrder(paths.SelectMany(Above));

        // Where links lead to can be told only now, and has a way of its own.
        return named.Union(RenewInOrder(paths.Select(Libc.RealPath).OfType<string>().SelectMany(Above).Except(named))).Count();
    }

    private StampLook TryTake(string path)
    {
        try
        {
            return new StampLook(Take(path), "");
        }
        catch (IOException e)
        {
            return new StampLook(null, e.Message);
        }
    }

    private FileStamp TakeFile(string file)
    {
        var (path, directory) = (file, DirectoryOf(file));
        for (var links = 0; ; links++)
        {
            var status = FileStatus.Of(path, fresh: true, follow: false);
            if (status is not { IsLink: true } || Libc.ReadLink(path) is not { } target)
            {
                var stamp = Describe(file, status, PlaceOf(directory), clock.GetUtcNow());
                return Trees && status is { IsDirectory: true } ? stamp with { Tree = DirectoryTree.Of(path, PlaceOf) } : stamp;
            }

            if (links == MostLinks)
            {
                throw new IOException($"{file}: Too many levels of symbolic links", Libc.LinkLoop);
            }

            // What the client believes of the target's names is renewed like that of the link's.
            path = FilePath.Absolute(target, Libc.RealPath(directory) ?? directory);
            directory = DirectoryOf(path);
            RenewNames(directory);
        }
    }

    // From the top down: each is found through the one above.
    private static List<string> RenewInOrder(IEnumerable<string> directories)
    {
        var inOrder = directories.Distinct().ToList();
        inOrder.Sort((one, other) => one.Length - other.Length);
        inOrder.ForEach(d => FileStatus.Of(d, fresh: true));
        return inOrder;
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var parent = Path.GetDirectoryName(path); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            yield return parent;
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(path) ?? "/";

    private static StampMethod MethodOf(FileSystemFamily family) => family switch
    {
        FileSystemFamily.Local => StampMethod.Direct,
        FileSystemFamily.Nfs => StampMethod.ParentThenForced,
        FileSystemFamily.Smb => StampMethod.ListedThenForced,
        _ => StampMethod.Forced,
    };

    private static string DoubtOf(SharedFileSystem place, bool exists) => place switch
    {
        { Family: FileSystemFamily.Local } => "",
        { Mount.Type: "overlay" } => "an overlay need not show what others change in the layers below it",
        { Cache.SoftRevalidation: true } => "the mount has softreval: when the server does not answer in time, the cache does",
        { Family: FileSystemFamily.Fuse } when !exists => "behind FUSE a name believed to be missing stays so for the file system's negative_timeout",
        { Family: FileSystemFamily.OtherShared } => $"what {place.Type} caches is not known",
        _ => "",
    };

    private sealed record KnownPlace(SharedFileSystem Place, long At);
}
