using System.IO.Compression;
using System.IO.Hashing;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>Bytes of a log as the store keeps them: compressed, with a checksum of what they were.</summary>
/// <param name="Length">How many bytes of the log they are.</param>
/// <param name="Checksum">XXH3 of those.</param>
/// <param name="Bytes">The compressed bytes; those of the log where they are as many, because compressing gains less than half.</param>
internal sealed record PackedBytes(int Length, long Checksum, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Fewer bytes of a log than this are joined with those before and behind them, so that a live log makes few segments.</summary>
    public const int Small = 256 << 10;

    // What is read again to see one record, at most, but for a longer unit.
    private const int Longest = 1 << 20;

    // Measured on lsb.acct: 750 to 1100 MB/s, a tenth of the size; higher qualities cost more than they save. The encoder takes as
    // much memory at a time as twice its window has, which at this quality is not searched any further than this.
    private const int Quality = 1;
    private const int Window = 18;

    /// <summary>Compresses bytes in pieces that begin and end with a unit.</summary>
    /// <param name="plain">The bytes.</param>
    /// <param name="units">The units that they are, without gap or overlap.</param>
    public static IReadOnlyList<PackedBytes> Pieces(ReadOnlyMemory<byte> plain, IReadOnlyList<RecordUnit> units)
    {
        var (pieces, start, end) = (new List<PackedBytes>(), 0, 0);
        foreach (var unit in units)
        {
            if (end > start && unit.Offset + unit.Length - start > Longest)
            {
                pieces.Add(Of(plain[start..end]));
                start = end;
            }

            end = unit.Offset + unit.Length;
        }

        pieces.Add(Of(plain[start..]));
        return pieces;
    }

    /// <summary>Compresses bytes; those that do not become half as many by it are referred to.</summary>
    public static PackedBytes Of(ReadOnlyMemory<byte> plain)
    {
        var checksum = ChecksumOf(plain.Span);
        var most = plain.Length / 2;
        var room = LogChunk.Rent(most);
        try
        {
            if (!BrotliEncoder.TryCompress(plain.Span, room.AsSpan(0, most), out var length, Quality, Window))
            {
                return new PackedBytes(plain.Length, checksum, plain);
            }

            // The room is several times as long.
            var packed = LogChunk.Rent(length);
            room.AsSpan(0, length).CopyTo(packed);
            return new PackedBytes(plain.Length, checksum, packed.AsMemory(0, length));
        }
        finally
        {
            LogChunk.Release(room);
        }
    }

    /// <summary>Writes the bytes as they stood in the log.</summary>
    /// <param name="plain">Room for <see cref="Length"/> bytes.</param>
    /// <returns>Whether they are those that were kept.</returns>
    public bool TryUnpack(Span<byte> plain)
    {
        var length = Bytes.Length;
        if (length == Length)
        {
            Bytes.Span.CopyTo(plain);
        }
        else if (!BrotliDecoder.TryDecompress(Bytes.Span, plain, out length) || length != Length)
        {
            return false;
        }

        return ChecksumOf(plain[..Length]) == Checksum;
    }

    /// <summary>Lets the memory be used again; nobody has anything left that refers to it.</summary>
    public void Release()
    {
        if (Bytes.Length != Length)
        {
            LogChunk.Release(Bytes);
        }
    }

    private static long ChecksumOf(ReadOnlySpan<byte> plain) => (long)XxHash3.HashToUInt64(plain);
}
