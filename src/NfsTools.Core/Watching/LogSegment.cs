using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>A file that holds bytes of a generation which were not read yet.</summary>
/// <param name="copies">The files that hold them, the best first, as they were looked at.</param>
/// <param name="generation">The generation.</param>
/// <param name="identity">What tells its log from others.</param>
/// <param name="rotated">The writer has gone on to a newer file.</param>
internal sealed class LogSegment(IReadOnlyList<LogMember> copies, LogGeneration generation, ILogIdentity identity, bool rotated) : IDisposable
{
    private const int LongestTail = 4096;

    // The generation's position moves while the segment is read, on another thread.
    private readonly (long Position, string Hash, int Length) begun = (generation.Position, generation.TailHash, generation.TailLength);

    private LogFile? file;
    private LogMember member = copies[0];

    /// <summary>The generation; the reader moves its position as it commits.</summary>
    public LogGeneration Generation => generation;

    /// <summary>The name the content was found under.</summary>
    public string Path => member.Path;

    /// <summary>The writer has gone on to a newer file: what is here is all there will be.</summary>
    public bool Rotated => rotated;

    /// <summary>The status of the file that is open now.</summary>
    public FileStatus Status => file!.Status();

    /// <summary>The file's size now, in bytes, and before it is open when it was looked at; of a compressed one what it holds.</summary>
    public long Size => file is null || file.IsPacked ? member.Size!.Value : file.Size;

    /// <summary>Opens the first of the copies that is what it was when it was looked at, unless one is open; false for none.</summary>
    /// <exception cref="IOException">One cannot be opened or read.</exception>
    public bool TryOpen()
    {
        foreach (var copy in file is null ? copies : [])
        {
            (file, member) = (LogFile.TryOpen(copy.Path), copy);

            // Names may have changed hands since they were looked at.
            if (file is not null && file.Status().Inode == copy.Status.Inode && HoldsGeneration())
            {
                return true;
            }

            Dispose();
        }

        return file is not null;
    }

    /// <summary>
    /// Reads from an offset on. Null when the file's content was exchanged meanwhile (copy-truncate): then what was read may
    /// belong to another generation, and the next scan will tell.
    /// </summary>
    public int? Read(Span<byte> buffer, long offset)
    {
        if (!TryOpen())
        {
            return null;
        }

        var read = file!.Read(buffer, offset);
        return HoldsGeneration() ? read : null;
    }

    /// <summary>Moves the generation's position behind all that is there: complete lines, or everything once it was rotated. False where it is there no more.</summary>
    public bool Skip()
    {
        if (!TryOpen())
        {
            return false;
        }

        var size = Size;
        for (var window = LongestTail; ; window *= 16)
        {
            var start = Math.Max(0, size - window);
            var buffer = new byte[size - start];
            var data = buffer.AsSpan(0, file!.Read(buffer, start));
            var end = rotated ? data.Length : data.LastIndexOf((byte)'\n') + 1;
            if (end > 0 || start == 0)
            {
                generation.MoveTo(start + end, Tail(data[..end]));
                return true;
            }
        }
    }

    /// <summary>The tail that belongs to a position just behind these bytes.</summary>
    public static (string Hash, int Length) Tail(ReadOnlySpan<byte> consumed)
    {
        var tail = consumed[^Math.Min(LongestTail, consumed.Length)..];
        return (LogHead.Hash(tail), tail.Length);
    }

    /// <summary>Whether the bytes before the generation's position are in this file at the same place.</summary>
    public static bool TailMatches(LogFile file, LogGeneration generation) => TailMatches(file, (generation.Position, generation.TailHash, generation.TailLength));

    /// <summary>Closes the file; it may be opened again.</summary>
    public void Dispose()
    {
        file?.Dispose();
        file = null;
    }

    // Whether the file still holds what was read of the generation before. A compressed one is never written in place.
    private bool HoldsGeneration() => file!.IsPacked || (LogHead.Read(file, identity, member.HoldNuls) == generation.Fingerprint && TailMatches(file, begun));

    private static bool TailMatches(LogFile file, (long Position, string Hash, int Length) known)
    {
        var tail = new byte[known.Length];
        return file.Read(tail, known.Position - tail.Length) == tail.Length && (tail.Length == 0 || LogHead.Hash(tail) == known.Hash);
    }
}
