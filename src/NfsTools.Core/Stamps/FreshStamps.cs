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
    private static readonly TimeSpan PlaceLifetime = TimeSpan.FromSeconds(30);
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (SharedFileSystem Place, long At)> places = new(StringComparer.Ordinal);

    /// <summary>Takes the stamp of one path.</summary>
    /// <exception cref="IOException">The file system did not answer the question; nothing is known of the file.</exception>
    public FileStamp Take(string path) => Take([path])[0];

    /// <summary>Takes the stamps of many paths, in their order; files of one directory share the look at it.</summary>
    /// <exception cref="IOException">The file system did not answer the question.</exception>
    public IReadOnlyList<FileStamp> Take(IReadOnlyList<string> paths)
    {
        var stamps = new FileStamp[paths.Count];
        var directories = paths.Index().GroupBy(p => Path.GetDirectoryName(Path.GetFullPath(p.Item)) ?? "/").ToList();
        InFlight.Select(directories, directory =>
        {
            var place = PlaceOf(directory.Key);
            RenewNames(directory.Key, place);
            InFlight.Select([.. directory], file => stamps[file.Index] = TakeFile(Path.GetFullPath(file.Item), directory.Key, place));
            return directory.Key;
        });
        return stamps;
    }

    /// <summary>
    /// Makes the client forget what it believes of the names in a directory, so that opening and listing show what is there.
    /// </summary>
    /// <returns>The directory's status, asked from the server; null where it is not there.</returns>
    /// <exception cref="IOException">The file system did not answer.</exception>
    internal FileStatus? RenewNames(string directory) => RenewNames(directory, PlaceOf(directory));

    /// <summary>The file system of a directory; looked up anew every half minute.</summary>
    public SharedFileSystem PlaceOf(string directory)
    {
        if (!places.TryGetValue(directory, out var known) || clock.GetElapsedTime(known.At) > PlaceLifetime)
        {
            places[directory] = known = (FileSystemLocator.Locate(directory), clock.GetTimestamp());
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
        if (place.Family == FileSystemFamily.Smb && status is not null)
        {
            // Reading the listing to its end is what renews names on SMB.
            _ = Directory.EnumerateFileSystemEntries(directory).Count();
        }

        return status;
    }

    private FileStamp TakeFile(string path, string directory, SharedFileSystem place)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return Describe(path, FileStatus.Of(path, fresh: true), place, clock.GetUtcNow());
            }
            catch (IOException e) when (e.HResult == Libc.StaleHandle && tries < MostTries)
            {
                RenewNames(directory, place);
            }
        }
    }

    private static StampMethod MethodOf(FileSystemFamily family) => family switch
    {
        FileSystemFamily.Local => StampMethod.Direct,
        FileSystemFamily.Nfs => StampMethod.ParentThenForced,
        FileSystemFamily.Smb => StampMethod.ListedThenForced,
        _ => StampMethod.Forced,
    };

    private static string DoubtOf(SharedFileSystem place, bool exists) => place switch
    {
        { Family: FileSystemFamily.Nfs, Cache.SoftRevalidation: true } => "the mount has softreval: when the server does not answer in time, the cache does",
        { Family: FileSystemFamily.Fuse } when !exists => "behind FUSE a name believed to be missing stays so for the file system's negative_timeout",
        { Family: FileSystemFamily.OtherShared } => $"what {place.Type} caches is not known",
        _ => "",
    };
}
