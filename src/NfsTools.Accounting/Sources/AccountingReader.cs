using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Sources;

/// <summary>Reads accounting records from bytes as they come: from a file, or line by line from a pipeline.</summary>
public sealed class AccountingReader
{
    private const int ChunkBytes = 256 << 10;
    private readonly string cluster;
    private readonly string path;
    private readonly string? timeZone;
    private readonly IReadOnlyList<IAccountingFormat> meant;
    private readonly List<RecordUnit> units = [];
    private readonly ByteQueue head = new();
    private readonly ByteQueue pending = new();
    private RecordParser? parser;
    private RecordReader? reader;
    private long offset;
    private int searched;

    /// <summary>Makes a reader.</summary>
    /// <param name="format">The format's name; see <see cref="RecordFormats.Names"/>. Null for the one that the first bytes tell.</param>
    /// <param name="cluster">The cluster the records belong to.</param>
    /// <param name="path">What the records' <see cref="AccountingRecord.Source"/> names; empty for none.</param>
    /// <param name="timeZone">The time zone of local times; see <see cref="CollectorSource(string, string, string, string)"/>.</param>
    /// <exception cref="NfsToolsException">There is no such format or time zone, or the one lacks the other.</exception>
    public AccountingReader(string? format, string cluster = "", string path = "", string? timeZone = null)
    {
        (this.cluster, this.path, this.timeZone) = (cluster, path, timeZone);
        meant = RecordFormats.MeantBy(format);
        if (meant.Count == 1)
        {
            Use(meant[0]);
        }
    }

    /// <summary>Reads a whole file, compressed or not, or a pipe by its name.</summary>
    /// <exception cref="NfsToolsException">It cannot be read, or nothing in its first 8 MiB begins like a record; then nothing of it is returned.</exception>
    public static IEnumerable<AccountingItem> ReadFile(CollectorSource log, CancellationToken cancellation = default) =>
        ReadAll(() => LogInput.Open(log.Path), new AccountingReader(log.KnownFormat, log.Cluster, log.Path, log.Settings.TimeZone), cancellation);

    /// <summary>Reads what comes through a stream, e.g. standard input, and closes it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What it is called in errors and as the records' source.</param>
    /// <param name="format">Its format; null for the one that its first bytes tell.</param>
    /// <param name="cluster">The cluster the records belong to.</param>
    /// <param name="timeZone">The time zone of its local times.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NfsToolsException">It cannot be read, nothing came through it, or nothing in its first 8 MiB begins like a record; then nothing of it is returned.</exception>
    public static IEnumerable<AccountingItem> ReadStream(Stream stream, string name, string? format, string cluster, string? timeZone = null, CancellationToken cancellation = default) =>
        ReadAll(() => LogInput.Of(stream, name), new AccountingReader(format, cluster, name, timeZone), cancellation);

    /// <summary>Takes further bytes; returns what is complete by now.</summary>
    /// <exception cref="NfsToolsException">The content tells the format, and may be of several, or of one that lacks a time zone or has none.</exception>
    public IReadOnlyList<AccountingItem> Feed(ReadOnlySpan<byte> bytes)
    {
        pending.Add(bytes);
        if (parser is null)
        {
            var unseen = pending.Memory.Span[searched..];
            if (FormatSearch.Of(unseen, path, meant) is { } found)
            {
                Use(found);
            }
            else if (pending.Length < StrangeContent.MostBytes)
            {
                // No line is asked about again but the last one, which may go on.
                searched += unseen.LastIndexOf((byte)'\n') + 1;
                return [];
            }
            else
            {
                Use(meant[0]);
            }

            bytes = pending.Memory.Span;
        }

        if (parser!.NeedsHead && head.Length < parser.Format.HeadBytes)
        {
            head.Add(bytes);
            parser.Begin(head.Memory.Span);
        }

        return Take(final: false);
    }

    /// <summary>Says that nothing follows; returns what is left, finished or not.</summary>
    public IReadOnlyList<AccountingItem> Finish()
    {
        if (parser is null)
        {
            Use(Expected(pending.Memory.Span));
            parser!.Begin(pending.Memory.Span);
        }

        return Take(final: true);
    }

    private IAccountingFormat Expected(ReadOnlySpan<byte> begin) => parser?.Format ?? FormatSearch.Of(begin, path, meant) ?? meant[0];

    private void Use(IAccountingFormat format)
    {
        parser = new RecordParser(format, RecordFormats.Settings(format, timeZone));
        reader = new RecordReader(parser, detach: true);
    }

    private static IEnumerable<AccountingItem> ReadAll(Func<LogInput> open, AccountingReader reader, CancellationToken cancellation)
    {
        // Who has seen enough waits for the batch at hand to end; that of a pipe may never come.
        var input = open();
        var batches = input.IsFile ? Prefetch.Ahead(token => Batches(input, reader, token), _ => false, cancellation) : Batches(input, reader, cancellation);
        foreach (var batch in batches)
        {
            foreach (var item in batch)
            {
                yield return item;
            }
        }
    }

    private static IEnumerable<IReadOnlyList<AccountingItem>> Batches(LogInput input, AccountingReader reader, CancellationToken cancellation)
    {
        using var closed = input;
        var chunk = new byte[ChunkBytes];
        var begin = new ByteQueue();
        for (int read; (read = input.Read(chunk)) > 0 || begin.Length > 0;)
        {
            cancellation.ThrowIfCancellationRequested();

            // Nothing is passed on before it is known that it is a log.
            begin.Add(chunk.AsSpan(0, read));
            if (reader.offset == 0 && reader.pending.Length == 0 && StrangeContent.Find(begin.Memory.Span, reader.Expected(begin.Memory.Span)) is { } what)
            {
                if (read > 0 && begin.Length < StrangeContent.MostBytes)
                {
                    continue;
                }

                throw new NfsToolsException($"{reader.path}: {new StrangeLogException(what).Message}.", StrangeLogException.Remedy);
            }

            yield return reader.Feed(begin.Memory.Span);
            begin.Clear();
        }

        yield return reader.Finish();
    }

    private List<AccountingItem> Take(bool final)
    {
        // Nobody is waited for here: NUL bytes are what the log holds.
        units.Clear();
        var used = reader!.Read(pending.Memory, final, acceptNuls: true, units);
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
