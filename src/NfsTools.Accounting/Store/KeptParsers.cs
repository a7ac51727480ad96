using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>Readers for records of a store's generations: their logs' beginnings are what the store keeps of them.</summary>
internal sealed class KeptParsers(StoreDatabase database)
{
    private readonly Dictionary<long, RecordParser> parsers = [];

    /// <summary>The reader for a generation's records.</summary>
    /// <exception cref="NfsToolsException">Its beginning is not what was kept, or it is of a format that there is not.</exception>
    public RecordParser Of(long generation)
    {
        if (!parsers.TryGetValue(generation, out var parser))
        {
            var (format, timeZone, position) = Log(generation);
            parser = new RecordParser(RecordFormats.Get(format), new LogSettings(timeZone));
            if (parser.NeedsHead && Math.Min(position, parser.Format.HeadBytes) is > 0 and var length)
            {
                var (_, bytes) = StoreSegments.Around(database, generation, 0, (int)length);
                parser.Begin(bytes);
            }

            parsers[generation] = parser;
        }

        return parser;
    }

    private (string Format, string? TimeZone, long Position) Log(long generation)
    {
        using var command = database.Command($"SELECT format, {database.Since(9, "time_zone")}, position FROM main.generation WHERE generation_id = @p0", generation);
        using var row = command.ExecuteReader();
        return row.Read()
            ? (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2))
            : throw new NfsToolsException($"{database.Name}: generation {generation} is not in the store any more.", "\"nfstools verify\" tells what else does not hold.");
    }
}
