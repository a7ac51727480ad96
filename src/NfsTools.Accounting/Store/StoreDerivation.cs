using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Derives from the kept bytes what a store should say, and compares: each column of each job, the dictionary's texts and hosts,
/// other records, rejects, duplicates and filler. Jobs are read by one thread and compared by another, page by page.
/// </summary>
/// <param name="database">The store, seen at one moment.</param>
/// <param name="logs">Its generations.</param>
/// <param name="differences">Takes what does not hold.</param>
internal sealed partial class StoreDerivation(StoreDatabase database, IReadOnlyDictionary<long, StoredLog> logs, Differences differences)
{
    private const int PageRows = 4096;
    private const int PageBytes = 32 << 20;
    private static readonly JobColumn[] Columns = [.. JobColumns.Stored];
    private static readonly int Hosts = JobColumns.Hosts.Place;
    private readonly KeptUnits kept = new(database);
    private readonly KeptParsers parsers = new(database);
    private readonly Dictionary<long, ulong> texts = [];
    private readonly Dictionary<long, ulong> hosts = [];

    // What a duplicate is a copy of, and what a record that was refused is in conflict with: looked for among all records.
    private readonly Dictionary<(long Cluster, long Hash), Unit> originals = [];
    private readonly Dictionary<(long Cluster, long Job, long Submitted, long Ended, long Element), Unit> holders = [];

    // What commands answered of jobs that they answered otherwise later, and the last answers that say so.
    private readonly Dictionary<(string Command, long Cluster, long Job, long Submitted, long Ended, long Element), Dictionary<long, Unit>> earlier = [];

    /// <summary>How the jobs add up.</summary>
    public RollupSums Sums { get; } = new();

    /// <summary>Compares everything.</summary>
    public void Run()
    {
        ReadTexts();
        CheckFiller();
        CheckDuplicates();
        CheckRejects();
        CheckEvents();
        CheckParts();
        CheckJobs();
        CheckHosts();
        foreach (var unit in originals.Values)
        {
            Differ(unit, "a duplicate is a copy of no record in the store");
        }

        foreach (var unit in holders.Values)
        {
            Differ(unit, "a reject can be read as a record that the store does not have");
        }
    }

    private static ulong HashOf(ReadOnlySpan<byte> text) => XxHash3.HashToUInt64(text);

    private static ulong HashOf(ulong host, long slots) => HashOf(MemoryMarshal.AsBytes<ulong>([host, (ulong)slots]));

    private static (long Cluster, long Job, long Submitted, long Ended, long Element) KeyOf(long cluster, JobRecord job) => (cluster, job.JobId, job.SubmitSeconds, job.EventSeconds, job.ArrayIndex);

    private void Differ(Unit unit, string what) => differences.Add(what, $"{NameOf(unit)}, byte {unit.Offset}");

    private string NameOf(Unit unit) => logs.TryGetValue(unit.Generation, out var log) ? log.Name : $"Generation {unit.Generation}, which is not in the store";

    private void ReadTexts()
    {
        using var rows = database.Rows("SELECT text_id, value FROM main.text_value");
        while (rows.Next())
        {
            texts[rows.Integer(0)] = HashOf(rows.Bytes(1));
        }
    }

    private List<Unit> Units(string sql)
    {
        var units = new List<Unit>();
        using var rows = database.Rows(sql);
        while (rows.Next())
        {
            units.Add(new Unit(rows.Integer(0), rows.Integer(1), (int)rows.Integer(2)));
        }

        units.Sort((x, y) => (x.Generation, x.Offset).CompareTo((y.Generation, y.Offset)));
        return units;
    }

    // What the reader makes of a unit's bytes; a record is none that does not take all of them.
    private ParseResult? Read(Unit unit)
    {
        if (kept.Find(unit.Generation, unit.Offset, unit.Length) is not { } bytes || !logs.TryGetValue(unit.Generation, out var log))
        {
            return null;
        }

        return ParserOf(unit.Generation) is { } parser ? Parse(bytes, parser) : null;
    }

    // Null where the beginning of the log is not what was kept, which is told by itself.
    private RecordParser? ParserOf(long generation)
    {
        try
        {
            return logs.ContainsKey(generation) ? parsers.Of(generation) : null;
        }
        catch (NfsToolsException)
        {
            return null;
        }
    }

    private static ParseResult Parse(ReadOnlyMemory<byte> bytes, RecordParser parser, JobRows? jobs = null)
    {
        var result = parser.Parse(bytes, jobs);
        return result.Length == 0 || result.Length == bytes.Length ? result : new ParseResult(null, "it is more than one record");
    }

    private void CheckFiller()
    {
        foreach (var unit in Units("""SELECT generation_id, "offset", length FROM main.filler"""))
        {
            if (kept.Find(unit.Generation, unit.Offset, unit.Length) is { } bytes && logs.TryGetValue(unit.Generation, out var log)
                && RecordFormats.Get(log.Format).Frame(bytes.Span, final: true) != new Frame(UnitKind.Filler, unit.Length))
            {
                Differ(unit, "what is stored as a comment or blank line is none");
            }
        }
    }

    private void CheckDuplicates()
    {
        foreach (var unit in Units("""SELECT generation_id, "offset", length FROM main.duplicate"""))
        {
            if (Read(unit) is not { } read)
            {
                continue;
            }

            if (read.Record is null)
            {
                Differ(unit, "what is stored as a duplicate is no record");
            }
            else
            {
                var log = logs[unit.Generation];
                originals.TryAdd((log.Cluster, read.Record.ContentHash), unit);
                if (log.Command is { } command && read.Record is JobRecord job)
                {
                    var key = KeyOf(log.Cluster, job);
                    (CollectionsMarshal.GetValueRefOrAddDefault(earlier, (command, key.Cluster, key.Job, key.Submitted, key.Ended, key.Element), out _) ??= [])[job.ContentHash] = unit;
                }
            }
        }
    }

    private void CheckRejects()
    {
        using var rows = database.Rows("""SELECT generation_id, "offset", length, reader_version, reason, bytes FROM main.reject ORDER BY reject_id""");
        var all = new List<(Unit Unit, long Version, string Reason, ulong Hash)>();
        while (rows.Next())
        {
            all.Add((new Unit(rows.Integer(0), rows.Integer(1), (int)rows.Integer(2)), rows.Integer(3), Encoding.UTF8.GetString(rows.Bytes(4)), HashOf(rows.Bytes(5))));
        }

        rows.Dispose();
        foreach (var (unit, version, reason, hash) in all)
        {
            if (kept.Find(unit.Generation, unit.Offset, unit.Length) is not { } bytes || !logs.TryGetValue(unit.Generation, out var log) || ParserOf(unit.Generation) is not { } parser)
            {
                continue;
            }

            if (HashOf(bytes.Span) != hash)
            {
                Differ(unit, "the bytes of a reject are not those that stand in the log");
            }

            var read = Parse(bytes, parser);
            var told = Storable(reason);
            if (version != parser.Format.Version)
            {
                if (version > parser.Format.Version)
                {
                    Differ(unit, "a reject is by a reader that there is not yet");
                }
            }
            else if (read.Record is { } record && (bytes.Length < RecordReader.MaxUnitBytes || told != Storable(Whole(bytes, parser))))
            {
                if (record is JobRecord job && reason == StoreWriter.ConflictOf(record.RecordType))
                {
                    holders.TryAdd(KeyOf(log.Cluster, job), unit);
                }
                else
                {
                    Differ(unit, "a reject can be read as a record");
                }
            }
            else if (told != Storable(read.Reason) && told != Storable(read.Reason + RecordReader.NotFinished) && told != Storable(Whole(bytes, parser)))
            {
                Differ(unit, "the reason of a reject is not what the reader says");
            }
        }
    }

    // PostgreSQL has no NUL character in texts.
    private static string Storable(string? text) => text is { Length: > 0 } ? text.Replace('\0', '\uFFFD') : "no reason";

    // What is said of bytes that are never parsed: a hole, or a stretch of what is longer than a record can be. Such a stretch is known
    // by what follows it, so a unit of the greatest length is looked at with a byte more.
    private static string? Whole(ReadOnlyMemory<byte> bytes, RecordParser parser)
    {
        var goesOn = bytes.Length == RecordReader.MaxUnitBytes;
        var units = new List<RecordUnit>();
        new RecordReader(parser).Read(goesOn ? (byte[])[.. bytes.Span, (byte)' '] : bytes, final: !goesOn, acceptNuls: true, units);
        return units.Count > 0 && units[0].Length == bytes.Length ? units[0].Reason : null;
    }

    private void CheckEvents()
    {
        using var rows = database.Rows("""SELECT generation_id, "offset", length, cluster_id, record_type, event_time, content_hash, fields FROM main.event_record ORDER BY event_row""");
        var read = new List<(Unit Unit, long Cluster, ulong Type, long Time, long Hash, ulong Fields)>();
        while (rows.Next())
        {
            read.Add((new Unit(rows.Integer(0), rows.Integer(1), (int)rows.Integer(2)), rows.Integer(3), HashOf(rows.Bytes(4)), rows.Integer(5), rows.Integer(6), HashOf(rows.Bytes(7))));
        }

        rows.Dispose();
        foreach (var (unit, cluster, type, time, hash, fields) in read)
        {
            if (Read(unit) is not { } result)
            {
                continue;
            }

            if (result.Record is not { } record || record is JobRecord)
            {
                Differ(unit, "what is stored as a record is none of its kind");
                continue;
            }

            originals.Remove((cluster, record.ContentHash));
            if (record.Part is { } part)
            {
                parts[(unit.Generation, unit.Offset)] = part;
            }

            if (cluster != logs[unit.Generation].Cluster || type != HashOf(Encoding.UTF8.GetBytes(record.RecordType)) || time != record.EventSeconds || hash != record.ContentHash
                || fields != HashOf(Encoding.UTF8.GetBytes(record.StoredFields)))
            {
                Differ(unit, "a record says something else than its line");
            }
        }
    }

    private readonly record struct Unit(long Generation, long Offset, int Length);
}

/// <summary>What a generation is of.</summary>
/// <param name="Cluster">Its cluster's number.</param>
/// <param name="Format">Its format.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Command">The command that answered with it; null for a file's.</param>
internal sealed record StoredLog(long Cluster, string Format, string Name, string? Command);
