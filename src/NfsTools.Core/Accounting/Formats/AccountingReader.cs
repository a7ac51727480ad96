using NfsTools.Interop;

namespace NfsTools.Accounting.Formats;

/// <summary>Reads accounting records from bytes as they come: from a file, or line by line from a pipeline.</summary>
public sealed class AccountingReader
{
    private const int ChunkBytes = 1 << 20;
    private readonly RecordReader reader;
    private readonly string cluster;
    private readonly string path;
    private readonly List<RecordUnit> units = [];
    private readonly ByteQueue pending = new();
    private long offset;

    /// <summary>Makes a reader.</summary>
    /// <param name="format">The format's name; see <see cref="RecordFormats.Names"/>.</param>
    /// <param name="cluster">The cluster the records belong to.</param>
    /// <param name="path">What the records' <see cref="AccountingRecord.Source"/> names; empty for none.</param>
    /// <exception cref="NfsToolsException">There is no such format.</exception>
    public AccountingReader(string format, string cluster = "", string path = "")
    {
        reader = new RecordReader(RecordFormats.Get(format), detach: true);
        this.cluster = cluster;
        this.path = path;
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="NfsToolsException">The file cannot be read.</exception>
    public static IEnumerable<AccountingItem> ReadFile(string path, string format, string cluster, CancellationToken cancellation = default)
    {
        var reader = new AccountingReader(format, cluster, path);
        using var file = OpenFile(path);
        var chunk = new byte[ChunkBytes];
        for (var at = 0L; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = Guard(() => file.Read(chunk, at));
            foreach (var item in read > 0 ? reader.Feed(chunk.AsSpan(0, read)) : reader.Finish())
            {
                yield return item;
            }

            if (read == 0)
            {
                yield break;
            }

            at += read;
        }
    }

    /// <summary>Takes further bytes; returns what is complete by now.</summary>
    public IReadOnlyList<AccountingItem> Feed(ReadOnlySpan<byte> bytes)
    {
        pending.Add(bytes);
        return Take(final: false);
    }

    /// <summary>Says that nothing follows; returns what is left, finished or not.</summary>
    public IReadOnlyList<AccountingItem> Finish() => Take(final: true);

    private static ReadOnlyFile OpenFile(string path) => Guard(() => ReadOnlyFile.TryOpen(path))
        ?? throw new NfsToolsException($"{path}: there is no such file.", "Check the name; archives are named explicitly here.");

    private static T Guard<T>(Func<T> look)
    {
        try
        {
            return look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{e.Message.TrimEnd('.')}.", "Name a regular file; check its owner and mode, and that its file system answers.", e);
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
