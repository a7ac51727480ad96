using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>
/// A job that finished under LSF or openlava (lsb.acct(5), JOB_FINISH). It keeps the record's bytes and knows where each
/// field lies; texts become strings when they are asked for, and users, queues, projects and hosts share theirs.
/// </summary>
public sealed partial class LsfJobFinish : JobRecord
{
    internal const string Type = "JOB_FINISH";

    private static readonly int FieldCount = Enum.GetValues<LsfField>().Length;

    [ThreadStatic]
    private static TextPool<string>? shared;

    // Of a record that nobody reads any more.
    [ThreadStatic]
    private static LsfToken[]? spare;

    private readonly LsfRecord record;
    private readonly LsfToken[] tokens;
    private readonly LsfToken version;
    private readonly int extrasStart;
    private readonly LsfToken onlyHost;
    private readonly byte[] severalHosts = [];

    private LsfJobFinish(LsfRecord record, LsfToken[] tokens, LsfToken version, int extrasStart, int executed, long held)
    {
        (this.record, this.tokens, this.version, this.extrasStart) = (record, tokens, version, extrasStart);
        HeldSlots = held > 0 ? held : Math.Max(0, record.Integer(this[LsfField.NumProcessors]));
        onlyHost = executed == 1 && record.In(this[LsfField.ExecHosts], out _).TryAny(out var only) ? only : LsfToken.Absent;
        severalHosts = executed > 1 ? Join(record, record.Elements(this[LsfField.ExecHosts])) : [];
        ContentHash = record.Hash;
    }

    /// <summary>The version token, e.g. 10.108 for 10.1.0.8. A name, not a number: 9.11 is older than 9.2 would be.</summary>
    public string Version => Shared(record.Raw(version));

    /// <summary>The execution hosts as the log has them, one entry a slot or <c>16*host</c> (SHORT_EVENTFILE).</summary>
    public IReadOnlyList<string> ExecHosts => record.List(this[LsfField.ExecHosts]);

    /// <summary>The job status as written: 64 DONE, 32 EXIT.</summary>
    public int JobStatus => (int)record.Integer(this[LsfField.JobStatus]);

    /// <summary>Fields behind those known, as they stand in the log; newer versions write them.</summary>
    public string Extras => LogText.Decode(record.Bytes[extrasStart..]).TrimEnd();

    internal override long ContentHash { get; }

    /// <summary>Slots held: those allocated, where the version says so, else those of the execution hosts, else those asked for.</summary>
    internal long HeldSlots { get; }

    private LsfToken this[LsfField field] => tokens[(int)field];

    internal static LsfReading Parse(LsfRecord record, LsfToken version, int bodyStart)
    {
        var tokens = spare ?? new LsfToken[FieldCount];
        spare = null;
        var parser = new LsfJobFinishParser(record.Bytes, bodyStart);
        var reason = parser.Parse(tokens);
        var hasExtras = parser.ExtrasStart < record.Bytes.Length;
        if (reason is not null)
        {
            return new(null, reason, parser.IsWhole, hasExtras, parser.MetEnd);
        }

        var allocatedSlots = CountSlots(record, tokens[(int)LsfField.AllocSlots], out _);
        var executedSlots = CountSlots(record, tokens[(int)LsfField.ExecHosts], out var executed);
        return Math.Max(allocatedSlots, executedSlots) > int.MaxValue
            ? new(null, "the slots of its hosts do not fit 32 bits", IsWhole: true, hasExtras, parser.MetEnd)
            : new(new LsfJobFinish(record, tokens, version, parser.ExtrasStart, executed, allocatedSlots > 0 ? allocatedSlots : executedSlots), null, IsWhole: true, hasExtras, parser.MetEnd);
    }

    internal override void LetGo() => spare = tokens;

    internal override long? Integer(JobColumn column) => LsfColumns.Integers[column.Index]?.Invoke(this);

    internal override double? Real(JobColumn column) => LsfColumns.Reals[column.Index]?.Invoke(this);

    internal override string? Text(JobColumn column) => Utf8(column) switch
    {
        { IsEmpty: true } => null,
        var text when column.Kind == ColumnKind.FreeText => LogText.Decode(text),
        var text => Shared(text),
    };

    internal override ReadOnlySpan<byte> Utf8(JobColumn column) => LsfColumns.Texts[column.Index] is { } text ? text(this) : [];

    /// <summary>A field; null where the record's version does not have it.</summary>
    internal long? Whole(LsfField field) => this[field] is { Present: true } token ? record.Integer(token) : null;

    /// <summary>A field; null where the record's version does not have it, or its host could not tell (below 0).</summary>
    internal double? Fraction(LsfField field) => this[field] is { Present: true } token && record.Number(token, absent: -1) is >= 0 and var value ? value : null;

    /// <summary>A field in UTF-8; empty where the record's version does not have it.</summary>
    internal ReadOnlySpan<byte> Field(LsfField field) => record.Utf8(this[field]);

    /// <summary>How many elements a list has; null where the record's version does not have it.</summary>
    internal long? Count(LsfField field)
    {
        record.In(this[field], out var count);
        return this[field].Present ? count : null;
    }

    /// <summary>The hosts it ran on, as <see cref="JobRecord.Hosts"/> has them.</summary>
    internal ReadOnlySpan<byte> HostText() => onlyHost.Present ? record.Utf8(onlyHost) : severalHosts;

    /// <summary>The value of a submission extension; empty for none.</summary>
    internal ReadOnlySpan<byte> Extension(ReadOnlySpan<byte> key)
    {
        var pairs = record.In(this[LsfField.SubmitExt], out _);
        while (pairs.TryAny(out var number) && pairs.TryAny(out var text))
        {
            if (record.Raw(number).SequenceEqual(key))
            {
                return record.Utf8(text);
            }
        }

        return [];
    }

    private static string Shared(ReadOnlySpan<byte> text)
    {
        shared ??= new TextPool<string>();
        if (!shared.TryGet(text, out var value))
        {
            value = LogText.Decode(text);
            shared.Set(text, value);
        }

        return value;
    }

    private static byte[] Join(LsfRecord record, List<LsfToken> hosts) => HostSlots.Join(hosts.Count, i => record.Utf8(hosts[i]));

    private static long CountSlots(LsfRecord record, LsfToken list, out int count)
    {
        var hosts = record.In(list, out _);
        var slots = 0L;
        for (count = 0; hosts.TryAny(out var host); count++)
        {
            slots += HostSlots.Of(record.Raw(host), out _);
        }

        return slots;
    }
}
