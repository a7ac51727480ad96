using System.Buffers;
using System.Runtime.InteropServices;

namespace NfsTools.Watching;

/// <summary>Bytes of a log that were not read yet.</summary>
/// <param name="Data">The bytes.</param>
/// <param name="Ended">The file ended behind them.</param>
/// <param name="Final">Nothing will follow, and nothing will be filled in: an unfinished line is all there is of it.</param>
/// <param name="AcceptNuls">NUL bytes among them are damage; otherwise they are data that its writer's host has not written back yet.</param>
/// <param name="Remaining">How many bytes of the file are behind them.</param>
internal sealed record LogChunk(ReadOnlyMemory<byte> Data, bool Ended, bool Final, bool AcceptNuls, long Remaining)
{
    private const int LongestBytes = 8 << 20;

    // One that is filled and one that is stored: the shared pool would keep as many for each thread.
    private static readonly ArrayPool<byte> Long = ArrayPool<byte>.Create(LongestBytes, maxArraysPerBucket: 2);

    /// <summary>Memory for a chunk.</summary>
    public static byte[] Rent(int length) => PoolOf(length).Rent(length);

    /// <summary>Lets the memory be used again; who does so has nothing left that refers to it.</summary>
    /// <param name="data">The data of a chunk, or the beginning of it.</param>
    public static void Release(ReadOnlyMemory<byte> data)
    {
        if (MemoryMarshal.TryGetArray(data, out var part))
        {
            PoolOf(part.Array!.Length).Return(part.Array);
        }
    }

    private static ArrayPool<byte> PoolOf(int length) => length <= LogFollower.ChunkBytes ? ArrayPool<byte>.Shared : Long;
}
