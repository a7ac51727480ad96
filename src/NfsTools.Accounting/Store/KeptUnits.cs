namespace NfsTools.Accounting.Store;

/// <summary>The bytes of units of one database, as they are asked for: the newest segments stay unpacked.</summary>
internal sealed class KeptUnits(StoreDatabase database)
{
    private const int MostKept = 4;
    private readonly List<(long Generation, long Offset, byte[] Bytes)> kept = [];

    /// <summary>The bytes of a unit; null where they are not what was kept.</summary>
    public ReadOnlyMemory<byte>? Find(long generation, long offset, int length)
    {
        var at = kept.FindIndex(k => k.Generation == generation && k.Offset <= offset && offset + length <= k.Offset + k.Bytes.Length);
        if (at < 0)
        {
            if (length <= 0 || Around(generation, offset, length) is not var (start, bytes))
            {
                return null;
            }

            kept.Insert(0, (generation, start, bytes));
            kept.RemoveRange(Math.Min(kept.Count, MostKept), Math.Max(0, kept.Count - MostKept));
            at = 0;
        }

        return kept[at].Bytes.AsMemory((int)(offset - kept[at].Offset), length);
    }

    private (long Offset, byte[] Bytes)? Around(long generation, long offset, int length)
    {
        try
        {
            return StoreSegments.Around(database, generation, offset, length);
        }
        catch (NfsToolsException)
        {
            return null;
        }
    }
}
