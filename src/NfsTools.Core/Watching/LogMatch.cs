namespace NfsTools.Watching;

/// <summary>
/// Tells which generation each of several files holds that begin with the same line. What was read of a generation is proven by the
/// bytes before its position; what was not read yet is compared in the files themselves.
/// </summary>
/// <param name="known">The generations that begin so.</param>
/// <param name="accept">Whether a file shorter than what was read of a generation that is nowhere else is to be taken for another one by now.</param>
internal sealed class LogMatch(IReadOnlyList<LogGeneration> known, Func<LogMember, LogGeneration, bool> accept)
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

        // Some that agree in all that was read may go on differently: the oldest goes on with the generation.
        foreach (var alike in files.Where(f => f.Generation is { } g && f.Size > g.Position).GroupBy(f => f.Generation).ToList())
        {
            foreach (var other in alike.Skip(1).Where(f => Differ(f, alike.First(), alike.Key!.Position)))
            {
                other.Generation = null;
            }
        }

        foreach (var file in files.Where(f => f.Generation is null && f.Size is not null).OrderByDescending(f => f.Size).ToList())
        {
            file.Generation = files.FirstOrDefault(f => f.Generation is not null && f.Size >= file.Size && !Differ(file, f, 0))?.Generation
                ?? (IsDoubted(file, files) ? null : new LogGeneration { Fingerprint = file.Fingerprint, Variant = variants++ });
        }
    }

    private LogGeneration? Proven(LogMember file)
    {
        var candidates = known.Where(g => g.Position <= file.Size).OrderByDescending(g => g.Position).ToList();
        using var open = candidates.Count > 0 ? LogFile.TryOpen(file.Path) : null;
        return open is null ? null : candidates.Find(g => LogSegment.TailMatches(open, g));
    }

    // A log that is shorter than what was read of it, and not to be compared with that: not written back yet, or truncated.
    private bool IsDoubted(LogMember file, IReadOnlyList<LogMember> files) =>
        known.FirstOrDefault(g => g.Position > file.Size && !files.Any(f => f.Generation == g)) is { } longer && !file.IsRotated && !accept(file, longer);

    // Whether two files differ from a place on, as far as both go.
    private static bool Differ(LogMember one, LogMember other, long from)
    {
        using var first = LogFile.TryOpen(one.Path);
        using var second = LogFile.TryOpen(other.Path);
        if (first is null || second is null)
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
