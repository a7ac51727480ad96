using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>A file that holds bytes of a generation which were not read yet.</summary>
internal sealed class LogSegment(LogFile file, LogGeneration generation, bool holdNuls, bool rotated) : IDisposable
{
    private const int LongestTail = 4096;

    // The generation's position moves while the segment is read, on another thread.
    private readonly (long Position, string Hash, int Length) begun = (generation.Position, generation.TailHash, generation.TailLength);

    /// <summary>The generation; the reader moves its position as it commits.</summary>
    public LogGeneration Generation => generation;

    /// <summary>The name the content was found under.</summary>
    public string Path => file.Path;

    /// <summary>The writer has gone on to a newer file: what is here is all there will be.</summary>
    public bool Rotated => rotated;

    /// <summary>The file's status now.</summary>
    public FileStatus Status => file.Status();

    /// <summary>The file's size now, in bytes; of a compressed one what it holds.</summary>
    public long Size => file.Size;

    /// <summary>
    /// Reads from an offset on. Null when the file's content was exchanged meanwhile (copy-truncate): then what was read may
    /// belong to another generation, and the next scan will tell.
    /// </summary>
    public int? Read(Span<byte> buffer, long offset)
    {
        var read = file.Read(buffer, offset);
        return HoldsGeneration() ? read : null;
    }

    /// <summary>Moves the generation's position behind all that is there: complete lines, or everything once it was rotated.</summary>
    public void Skip()
    {
        var size = Size;
        for (var window = LongestTail; ; window *= 16)
        {
            var start = Math.Max(0, size - window);
            var buffer = new byte[size - start];
            var data = buffer.AsSpan(0, file.Read(buffer, start));
            var end = rotated ? data.Length : data.LastIndexOf((byte)'\n') + 1;
            if (end > 0 || start == 0)
            {
                generation.MoveTo(start + end, Tail(data[..end]));
                return;
            }
        }
    }

    /// <summary>Whether the file still holds what was read of the generation before. A compressed one is never written in place.</summary>
    public bool HoldsGeneration() => file.IsPacked || (LogHead.Read(file, holdNuls) == generation.Fingerprint && TailMatches(file, begun));

    /// <summary>The tail that belongs to a position just behind these bytes.</summary>
    public static (string Hash, int Length) Tail(ReadOnlySpan<byte> consumed)
    {
        var tail = consumed[^Math.Min(LongestTail, consumed.Length)..];
        return (LogHead.Hash(tail), tail.Length);
    }

    /// <summary>Whether the bytes before the generation's position are in this file at the same place.</summary>
    public static bool TailMatches(LogFile file, LogGeneration generation) => TailMatches(file, (generation.Position, generation.TailHash, generation.TailLength));

    public void Dispose() => file.Dispose();

    private static bool TailMatches(LogFile file, (long Position, string Hash, int Length) known)
    {
        var tail = new byte[known.Length];
        return file.Read(tail, known.Position - tail.Length) == tail.Length && (tail.Length == 0 || LogHead.Hash(tail) == known.Hash);
    }
}
