using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>
/// The log of what came through pipelines and stands in no log that the store follows: a generation for each cluster, format and header,
/// made of the header and the records that were new, in the order in which they were added. So these have a place and are kept like all others.
/// </summary>
internal static class PipelineLog
{
    /// <summary>In place of a file's name.</summary>
    public const string Path = "pipeline";

    // In place of what a file begins with, which no file has; what else tells its records' context follows.
    private const string Fingerprint = "pipeline";

    // Records of a batch, in bytes, but for the last one.
    private const int BatchBytes = LogFollower.ChunkBytes;

    /// <summary>Whether a generation is one of these.</summary>
    public static bool Is(string fingerprint) => fingerprint.StartsWith(Fingerprint, StringComparison.Ordinal);

    /// <summary>What a generation for records of a context is told by.</summary>
    public static string FingerprintOf(LogContext context) => context.Key is { Length: > 0 } key ? $"{Fingerprint} {key}" : Fingerprint;

    /// <summary>The generation, before anything of it is stored.</summary>
    public static LogGeneration New(LogContext context) => new() { Fingerprint = FingerprintOf(context), TimeZone = context.Settings.TimeZone };

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

    /// <summary>Records as what follows in the generation, a line each; in front of the first ones what says how they are read.</summary>
    public static CommitBatch Append(LogGeneration generation, LogContext context, IReadOnlyList<AccountingRecord> records)
    {
        using var data = new MemoryStream();
        var units = new List<RecordUnit>();
        var format = RecordFormats.Get(records[0].Format);
        if (generation.Position == 0)
        {
            data.Write(context.Head.Span);
            new RecordReader(new RecordParser(format)).Read(context.Head, final: true, acceptNuls: true, units);
        }

        foreach (var record in records)
        {
            var start = (int)data.Length;
            data.Write(record.Bytes.Span);
            if (record.Bytes.Span is not [.., (byte)'\n'])
            {
                data.WriteByte((byte)'\n');
            }

            // A row of a store has what the parts of its job used, too, of which the line says nothing.
            units.Add(new RecordUnit(UnitKind.Record, start, (int)data.Length - start, format.HasParts && record is StoredJob row ? row.AllFields() : record));
        }

        return new CommitBatch
        {
            Cluster = records[0].Cluster,
            Format = format,
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
