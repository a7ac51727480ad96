using System.Data.Common;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>The bytes of generations that a store keeps, in segments: each of a batch, or of several small ones.</summary>
internal static class StoreSegments
{
    private const string Places = """generation_id, "offset", length""";
    private const string Columns = """generation_id, "offset", length, checksum, bytes""";

    // Those that hold bytes from @p1 up to @p2 of generation @p0.
    private const string Overlapping =
        """generation_id = @p0 AND "offset" < @p2 AND "offset" >= coalesce((SELECT max("offset") FROM main.segment WHERE generation_id = @p0 AND "offset" <= @p1), 0)""";

    /// <summary>The newest segment of a generation, where it is a small one.</summary>
    public static (long Offset, PackedBytes Bytes)? SmallAtEnd(StoreDatabase database, long generation)
    {
        using var command = database.Command(
            $"""
            SELECT {Columns} FROM main.segment
            WHERE generation_id = @p0 AND "offset" = (SELECT max("offset") FROM main.segment WHERE generation_id = @p0) AND length < @p1
            """,
            generation, PackedBytes.Small);
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetInt64(1), Packed(row)) : null;
    }

    /// <summary>The bytes of a generation from an offset up to, not including, another, a segment at a time; each piece is valid until the next one.</summary>
    /// <exception cref="NfsToolsException">Some of them are not what was kept.</exception>
    public static IEnumerable<(long Offset, ReadOnlyMemory<byte> Bytes)> Read(StoreDatabase database, long generation, long from, long to)
    {
        using var command = database.Command(
            $"""SELECT {Columns} FROM main.segment WHERE {Overlapping} ORDER BY "offset" """, generation, from, to);
        using var row = command.ExecuteReader();
        var reached = from;
        while (row.Read())
        {
            var (offset, packed) = (row.GetInt64(1), Packed(row));
            if (offset > reached)
            {
                break;
            }

            var plain = LogChunk.Rent(packed.Length);
            try
            {
                if (!packed.TryUnpack(plain))
                {
                    throw Damaged(database, generation, offset, offset + packed.Length);
                }

                var (start, end) = (Math.Max(offset, reached), Math.Min(offset + packed.Length, to));
                yield return (start, plain.AsMemory((int)(start - offset), (int)(end - start)));
                reached = end;
            }
            finally
            {
                LogChunk.Release(plain);
            }
        }

        if (reached < to)
        {
            throw Damaged(database, generation, reached, to);
        }
    }

    /// <summary>All segments, in the order of generations and offsets; the bytes of one are null where they are not unpacked, or not what was kept, and valid until the next one.</summary>
    public static IEnumerable<(long Generation, long Offset, int Length, ReadOnlyMemory<byte>? Bytes)> All(StoreDatabase database, bool unpack)
    {
        using var command = database.Command($"""SELECT {(unpack ? Columns : Places)} FROM main.segment ORDER BY generation_id, "offset" """);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (!unpack)
            {
                yield return (row.GetInt64(0), row.GetInt64(1), (int)row.GetInt64(2), null);
                continue;
            }

            var packed = Packed(row);
            var plain = LogChunk.Rent(packed.Length);
            try
            {
                yield return (row.GetInt64(0), row.GetInt64(1), packed.Length, packed.TryUnpack(plain) ? (ReadOnlyMemory<byte>?)plain.AsMemory(0, packed.Length) : null);
            }
            finally
            {
                LogChunk.Release(plain);
            }
        }
    }

    /// <summary>The segments that hold a unit, whole: as a rule one.</summary>
    /// <exception cref="NfsToolsException">Some of them are not what was kept.</exception>
    public static (long Offset, byte[] Bytes) Around(StoreDatabase database, long generation, long offset, int length)
    {
        long start, end;
        using (var command = database.Command($"""SELECT min("offset"), max("offset" + length) FROM main.segment WHERE {Overlapping}""", generation, offset, offset + length))
        using (var row = command.ExecuteReader())
        {
            (start, end) = row.Read() && !row.IsDBNull(0) ? (row.GetInt64(0), row.GetInt64(1)) : (offset, offset + length);
        }

        if (start > offset || end < offset + length)
        {
            throw Damaged(database, generation, offset, offset + length);
        }

        var bytes = new byte[end - start];
        foreach (var (at, piece) in Read(database, generation, start, end))
        {
            piece.CopyTo(bytes.AsMemory((int)(at - start)));
        }

        return (start, bytes);
    }

    private static PackedBytes Packed(DbDataReader row) => new((int)row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4));

    private static NfsToolsException Damaged(StoreDatabase database, long generation, long from, long to) => new(
        $"{database.Name}: bytes {from} to {to - 1} of generation {generation} are not what was kept.",
        "\"nfstools verify\" tells all that is damaged. Restore the store from a backup, or collect anew into another one.");
}
