using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Sources;

/// <summary>Reads accounting records from bytes as they come: from a file, or line by line from a pipeline.</summary>
public sealed class AccountingReader
{
    private const int ChunkBytes = 1 << 20;
    private readonly RecordParser parser;
    private readonly RecordReader reader;
    private readonly string cluster;
    private readonly string path;
    private readonly List<RecordUnit> units = [];
    private readonly ByteQueue head = new();
    private readonly ByteQueue pending = new();
    private long offset;

    /// <summary>Makes a reader.</summary>
    /// <param name="format">The format's name; see <see cref="RecordFormats.Names"/>.</param>
    /// <param name="cluster">The cluster the records belong to.</param>
    /// <param name="path">What the records' <see cref="AccountingRecord.Source"/> names; empty for none.</param>
    /// <param name="timeZone">The time zone of local times; see <see cref="CollectorSource(string, string, string, string)"/>.</param>
    /// <exception cref="NfsToolsException">There is no such format or time zone, or the one lacks the other.</exception>
    public AccountingReader(string format, string cluster = "", string path = "", string? timeZone = null)
    {
        var known = RecordFormats.Get(format);
        parser = new RecordParser(known, RecordFormats.Settings(known, timeZone));
        reader = new RecordReader(parser, detach: true);
        this.cluster = cluster;
        this.path = path;
    }

    /// <summary>Reads a whole file, compressed or not, or a pipe by its name.</summary>
    /// <exception cref="NfsToolsException">It cannot be read, or nothing in its first 8 MiB begins like a record; then nothing of it is returned.</exception>
    public static IEnumerable<AccountingItem> ReadFile(CollectorSource log, CancellationToken cancellation = default) =>
        ReadAll(() => LogInput.Open(log.Path), Of(log, log.Path), cancellation);

    /// <summary>Reads what comes through a stream, e.g. standard input, and closes it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What it is called in errors and as the records' source.</param>
    /// <param name="log">What is known of it; its path is not looked at.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NfsToolsException">It cannot be read, nothing came through it, or nothing in its first 8 MiB begins like a record; then nothing of it is returned.</exception>
    public static IEnumerable<AccountingItem> ReadStream(Stream stream, string name, CollectorSource log, CancellationToken cancellation = default) =>
        ReadAll(() => LogInput.Of(stream, name), Of(log, name), cancellation);

    /// <summary>Takes further bytes; returns what is complete by now.</summary>
    public IReadOnlyList<AccountingItem> Feed(ReadOnlySpan<byte> bytes)
    {
        if (parser.NeedsHead && head.Length < parser.Format.HeadBytes)
        {
            head.Add(bytes);
            parser.Begin(head.Memory.Span);
        }

        pending.Add(bytes);
        return Take(final: false);
    }

    /// <summary>Says that nothing follows; returns what is left, finished or not.</summary>
    public IReadOnlyList<AccountingItem> Finish() => Take(final: true);

    private static AccountingReader Of(CollectorSource log, string name) => new(log.Format, log.Cluster, name, log.Settings.TimeZone);

    private static IEnumerable<AccountingItem> ReadAll(Func<LogInput> open, AccountingReader reader, CancellationToken cancellation)
    {
        using var input = open();
        var chunk = new byte[ChunkBytes];
        var begin = new ByteQueue();
        for (int read; (read = input.Read(chunk)) > 0 || begin.Length > 0;)
        {
            cancellation.ThrowIfCancellationRequested();

            // Nothing is passed on before it is known that it is a log.
            begin.Add(chunk.AsSpan(0, read));
            if (reader.offset == 0 && reader.pending.Length == 0 && StrangeContent.Find(begin.Memory.Span, reader.parser.Format) is { } what)
            {
                if (read > 0 && begin.Length < StrangeContent.MostBytes)
                {
                    continue;
                }

                throw new NfsToolsException($"{reader.path}: {new StrangeLogException(what).Message}.", StrangeLogException.Remedy);
            }

            foreach (var item in reader.Feed(begin.Memory.Span))
            {
                yield return item;
            }

            begin.Clear();
        }

        foreach (var item in reader.Finish())
        {
            yield return item;
        }
    }

    private List<AccountingItem> Take(bool final)
    {
        // Nobody is waited for here: NUL bytes are what the log holds.
        units.Clear();
        var used = reader.Read(pending.Memory, final, acceptNuls: true, units);
        var items = new List<AccountingItem>(units.Count);
        foreach (var unit in units)
        {
            var at = offset + unit.Offset;
            if (unit.Record is { } record)
            {
                record.Cluster = cluster;
                record.Source = path.Length > 0 ? new RecordSource(path, at, unit.Length) : null;
            }

            if (unit.Kind != UnitKind.Filler)
            {
                items.Add(new AccountingItem(unit.Record, unit.Reason, at, unit.Length));
            }
        }

        offset += used;
        pending.Remove(used);
        return items;
    }
}
