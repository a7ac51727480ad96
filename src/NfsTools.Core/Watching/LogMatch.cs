using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// Tells which generation each of several files holds that begin with the same line. What was read of a generation is proven by the
/// bytes before its position; what was not read yet is compared in the files themselves.
/// </summary>
/// <param name="known">The generations that begin so.</param>
/// <param name="accept">Whether a file shorter than what was seen of a generation that is nowhere else is to be taken for another one by now.</param>
/// <param name="agreed">How far files, by their inodes, were found to hold the same.</param>
internal sealed class LogMatch(IReadOnlyList<LogGeneration> known, Func<LogMember, LogGeneration, bool> accept, Dictionary<(ulong One, ulong Other), long> agreed)
{
    private const int CompareBytes = 256 << 10;
    private int variants = known.Count == 0 ? 0 : known.Max(g => g.Variant) + 1;

    /// <summary>Sets each file's generation, a new one where it holds none that is known. Those that have one already keep it.</summary>
    /// <param name="files">The files, oldest first.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void Tell(IReadOnlyList<LogMember> files)
    {
        foreach (var file in files.Where(f => f.Generation is null))
        {
            file.Generation = Proven(file);
        }

        // Some that agree in what proves a generation may differ before that, or go on differently: the oldest goes on with it.
        foreach (var alike in files.Where(f => f is { Generation: not null, Size: not null }).GroupBy(f => f.Generation).ToList())
        {
            foreach (var other in alike.Skip(1).Where(f => !Agree(f, alike.First())))
            {
                other.Generation = null;
            }
        }

        foreach (var file in files.Where(f => f.Generation is null && f.Size is not null).OrderByDescending(f => f.Size).ToList())
        {
            file.Generation = files.FirstOrDefault(f => f.Generation is not null && f.Size >= file.Size && !Differ(file, f, 0))?.Generation
                ?? (IsDoubted(file, files) || !IsStill(file) ? null : new LogGeneration { Fingerprint = file.Fingerprint, Variant = variants++ });
        }
    }

    // An archive that was longer when it was compared than when it was looked at is a copy that was finished in between, and perhaps
    // what it is a copy of is there no more. The next look tells.
    private static bool IsStill(LogMember file) => FileStatus.Of(file.Path, fresh: true) is { } now && (file.IsLive ? now.Inode == file.Status.Inode : now == file.Status);

    private LogGeneration? Proven(LogMember file)
    {
        var candidates = known.Where(g => Seen(g) <= file.Size).OrderByDescending(g => g.Position).ToList();
        using var open = candidates.Count > 0 ? LogFile.TryOpen(file.Path) : null;
        return open is null ? null : candidates.Find(g => LogSegment.TailMatches(open, g));
    }

    // What was seen of a file and is not in this one is another one's, or is not written back yet.
    private static long Seen(LogGeneration generation) => Math.Max(generation.Position, generation.Sight.Size);

    // Files only grow: what two held alike they hold alike still, unless one is shorter now, or what was its end is another by now.
    private bool Agree(LogMember one, LogMember other)
    {
        var (pair, common) = ((one.Status.Inode, other.Status.Inode), Math.Min(one.Size ?? 0, other.Size ?? 0));
        var from = agreed.TryGetValue(pair, out var compared) && compared <= common ? compared : 0;
        if (from == common && (one.IsPacked || other.IsPacked))
        {
            // To see its end again, it would have to be unpacked as a whole.
            return true;
        }

        if (Differ(one, other, Math.Max(0, from - CompareBytes)))
        {
            agreed.Remove(pair);
            return false;
        }

        agreed[pair] = common;
        return true;
    }

    // A live log that is shorter than what was seen of it, and not to be compared with that: not written back yet, or truncated. Once it
    // was given an archive's name it is what it is, whether its writer has begun another or not.
    private bool IsDoubted(LogMember file, IReadOnlyList<LogMember> files) =>
        known.FirstOrDefault(g => Seen(g) > file.Size && !files.Any(f => f.Generation == g)) is { } longer && file.IsLive && !accept(file, longer);

    // Whether two files differ from a place on, as far as both go. Those whose names changed hands since they were looked at are not compared.
    private static bool Differ(LogMember one, LogMember other, long from)
    {
        using var first = LogFile.TryOpen(one.Path);
        using var second = LogFile.TryOpen(other.Path);
        if (first?.Status().Inode != one.Status.Inode || second?.Status().Inode != other.Status.Inode)
        {
            return false;
        }

        var (a, b) = (new byte[CompareBytes], new byte[CompareBytes]);
        for (var at = from; ; at += CompareBytes)
        {
            var common = Math.Min(first.Read(a, at), second.Read(b, at));
            if (!a.AsSpan(0, common).SequenceEqual(b.AsSpan(0, common)) || common < CompareBytes)
            {
                return !a.AsSpan(0, common).SequenceEqual(b.AsSpan(0, common));
            }
        }
    }
}
