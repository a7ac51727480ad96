using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>
/// What is in a directory, as deep as it goes: names, kinds, sizes, times. Symbolic links in it are entries like others and are
/// not followed. A directory's own times say nothing: a file made and removed, as this program's probes are, moves them. Of pipes,
/// sockets and devices only names and kinds count.
/// </summary>
internal sealed class DirectoryTree
{
    /// <summary>What has more entries is refused: looking at them would take longer than most jobs.</summary>
    public const int MostEntries = 100_000;

    private readonly bool isKnown;
    private readonly SortedDictionary<string, FileStatus> entries = new(StringComparer.Ordinal);

    /// <summary>A tree of which only the digest is known.</summary>
    public DirectoryTree(string digest) => Digest = digest;

    private DirectoryTree(string directory, Func<string, SharedFileSystem>? freshOn)
    {
        isKnown = true;
        Fill(directory, freshOn);
        Digest = DigestOf(entries);
        Newest = entries.Values.Select(s => s.IsDirectory || s.IsPassing ? 0 : s.ModifyTime).DefaultIfEmpty().Max();
    }

    /// <summary>SHA-256 of all entries, in hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>The latest mtime of a file in it, in nanoseconds since 1970-01-01 UTC; 0 where there is none.</summary>
    public long Newest { get; }

    /// <summary>The regular files in it, relative to it, in a fixed order.</summary>
    public IEnumerable<string> Files => entries.Where(e => e.Value.IsRegular).Select(e => e.Key);

    /// <summary>Looks at a directory.</summary>
    /// <param name="directory">The directory, absolute.</param>
    /// <param name="freshOn">The file system of a directory, to ask its server past the client's caches; null to believe them.</param>
    /// <exception cref="IOException">A directory in it cannot be listed, or it has more than <see cref="MostEntries"/> entries.</exception>
    public static DirectoryTree Of(string directory, Func<string, SharedFileSystem>? freshOn) => new(directory, freshOn);

    /// <summary>The first entry that another look at the same directory shows otherwise, with what differs; null where there is none.</summary>
    /// <param name="directory">The directory, absolute.</param>
    /// <param name="after">The other look.</param>
    /// <param name="except">Paths that may differ, with what is below them and the directories on the way to them.</param>
    /// <param name="contentOnly">Let ctimes and modes differ: content, size and mtime count.</param>
    public string? Difference(string directory, DirectoryTree after, IReadOnlyCollection<string> except, bool contentOnly = false)
    {
        if (Digest == after.Digest)
        {
            return null;
        }

        if (!isKnown || !after.isKnown)
        {
            return "what is in it is not the same";
        }

        foreach (var name in entries.Keys.Union(after.entries.Keys, StringComparer.Ordinal))
        {
            var path = Path.Join(directory, name);
            if (except.Any(e => FilePath.IsBelow(path, e) || FilePath.IsBelow(e, path)))
            {
                continue;
            }

            switch ((entries.TryGetValue(name, out var was), after.entries.TryGetValue(name, out var now)))
            {
                case (true, false):
                    return $"{name} in it is gone";
                case (false, true):
                    return $"{name} in it is new";
                case var _ when Text(was, contentOnly) != Text(now, contentOnly):
                    return $"{name} in it changed";
            }
        }

        return null;
    }

    private void Fill(string directory, Func<string, SharedFileSystem>? freshOn)
    {
        var open = new Queue<string>([""]);
        while (open.TryDequeue(out var relative))
        {
            var path = Path.Join(directory, relative);
            if (freshOn is not null)
            {
                var place = freshOn(path);
                FreshStamps.RenewNames(path, place);
                FreshStamps.ForgetListing(path, place);
            }

            var names = List(directory, path, entries.Count);
            var found = InFlight.Select(names, name => FileStatus.Of(Path.Join(path, name), fresh: freshOn is not null, follow: false));
            for (var i = 0; i < names.Count; i++)
            {
                if (found[i] is not { } status)
                {
                    // What changes while it is looked at is nothing to compare with.
                    throw new IOException($"{Path.Join(path, names[i])}: it cannot be looked at: it went away meanwhile");
                }

                var name = Path.Join(relative, names[i]);
                entries[name] = status;
                if (status.IsDirectory)
                {
                    open.Enqueue(name);
                }
            }
        }
    }

    private static List<string> List(string root, string path, int known)
    {
        try
        {
            var names = new List<string>();
            foreach (var (name, _) in NativeFile.List(path))
            {
                if (!name.StartsWith(ProbeFile.Prefix, StringComparison.Ordinal))
                {
                    names.Add(name);
                }

                if (known + names.Count > MostEntries)
                {
                    throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{root}: it has more than {MostEntries} entries, too many to look at: name the files in it that count"));
                }
            }

            return names;
        }
        catch (IOException e) when (e.HResult is Libc.NotPermitted)
        {
            throw new IOException($"{path}: what is in it cannot be listed: Permission denied", Libc.NotPermitted);
        }
    }

    private static string DigestOf(SortedDictionary<string, FileStatus> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, status) in entries)
        {
            hash.AppendData(NativeText.Encode(name));
            hash.AppendData(Encoding.ASCII.GetBytes(Text(status, contentOnly: false) + "\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Text(FileStatus s, bool contentOnly)
    {
        var kind = contentOnly ? s.Mode & Libc.TypeMask : s.Mode;
        var changed = contentOnly ? 0 : s.ChangeTime;

        // The times of a pipe are of what went through it, not of something that is there.
        return s.IsDirectory ? string.Create(CultureInfo.InvariantCulture, $"{kind}")
            : s.IsPassing ? string.Create(CultureInfo.InvariantCulture, $"{kind} {s.Inode}")
            : string.Create(CultureInfo.InvariantCulture, $"{kind} {s.Inode} {s.Size} {s.ModifyTime} {changed}");
    }
}
