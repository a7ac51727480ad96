using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>
/// The log of what came through pipelines and stands in no log that the store follows: a generation for each cluster and format,
/// made of the records that were new, in the order in which they were added. So these have a place and are kept like all others.
/// </summary>
internal static class PipelineLog
{
    /// <summary>In place of a file's name.</summary>
    public const string Path = "pipeline";

    /// <summary>In place of what a file begins with, which no file has.</summary>
    public const string Fingerprint = "pipeline";

    // Records of a batch, in bytes, but for the last one.
    private const int BatchBytes = LogFollower.ChunkBytes;

    /// <summary>The generation, before anything of it is stored.</summary>
    public static LogGeneration New() => new() { Fingerprint = Fingerprint };

    /// <summary>The records that go into one batch, from one of them on.</summary>
    public static List<AccountingRecord> Next(IReadOnlyList<AccountingRecord> records, int from)
    {
        var (next, bytes) = (new List<AccountingRecord>(), 0);
        for (var i = from; i < records.Count && bytes < BatchBytes; i++)
        {
            next.Add(records[i]);
            bytes += records[i].Bytes.Length;
        }

        return next;
    }

    /// <summary>Records as what follows in the generation, a line each.</summary>
    public static CommitBatch Append(LogGeneration generation, IReadOnlyList<AccountingRecord> records)
    {
        using var data = new MemoryStream();
        var units = new List<RecordUnit>();
        foreach (var record in records)
        {
            var start = (int)data.Length;
            data.Write(record.Bytes.Span);
            if (record.Bytes.Span is not [.., (byte)'\n'])
            {
                data.WriteByte((byte)'\n');
            }

            units.Add(new RecordUnit(UnitKind.Record, start, (int)data.Length - start, record));
        }

        return new CommitBatch
        {
            Cluster = records[0].Cluster,
            Format = RecordFormats.Get(records[0].Format),
            LivePath = Path,
            Path = Path,
            Generation = generation,
            Start = generation.Position,
            Data = data.GetBuffer().AsMemory(0, (int)data.Length),
            Units = units,
            NewOnly = true,
        };
    }
}
