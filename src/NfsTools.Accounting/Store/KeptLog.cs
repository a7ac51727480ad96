using NfsTools.Accounting.Formats;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Reads again the bytes of records that a store gave: it opens the store anew when it has to, so that the records may outlive
/// who asked for them. Thread safe.
/// </summary>
internal sealed class KeptLog(StoreAddress store)
{
    // Segments; records that are sorted by their ends come from a few at a time.
    private const int MostKept = 4;
    private readonly Lock gate = new();
    private readonly List<(long Generation, long Offset, byte[] Bytes)> kept = [];
    private readonly Dictionary<long, RecordParser> parsers = [];

    /// <summary>Reads records of a generation.</summary>
    /// <exception cref="NfsToolsException">The store cannot be read, or what it keeps of the generation's beginning is damaged.</exception>
    public RecordParser ParserOf(long generation)
    {
        lock (gate)
        {
            if (!parsers.TryGetValue(generation, out var parser))
            {
                using var open = AccountingStore.OpenToRead(store);
                parsers[generation] = parser = open.With(d => new KeptParsers(d).Of(generation));
            }

            return parser;
        }
    }

    /// <summary>The bytes of a unit.</summary>
    /// <exception cref="NfsToolsException">The store cannot be read, or does not hold them any more.</exception>
    public ReadOnlyMemory<byte> Read(long generation, long offset, int length)
    {
        lock (gate)
        {
            var at = kept.FindIndex(k => k.Generation == generation && k.Offset <= offset && offset + length <= k.Offset + k.Bytes.Length);
            if (at < 0)
            {
                using var open = AccountingStore.OpenToRead(store);
                var (start, bytes) = open.Segment(generation, offset, length);
                kept.Insert(0, (generation, start, bytes));
                kept.RemoveRange(Math.Min(kept.Count, MostKept), Math.Max(0, kept.Count - MostKept));
                at = 0;
            }

            return kept[at].Bytes.AsMemory((int)(offset - kept[at].Offset), length);
        }
    }
}
