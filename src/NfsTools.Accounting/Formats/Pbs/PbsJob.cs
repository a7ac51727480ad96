using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>
/// A job that ended under PBS Professional, OpenPBS or Torque (PBS Reference Guide, "Accounting log", E), or a run of one that was put back
/// into the queue (R; whose use is in no E: the next run counts from 0).
/// </summary>
public sealed class PbsJob : JobRecord
{
    private const byte End = (byte)'E';
    private const byte Rerun = (byte)'R';

    [ThreadStatic]
    private static TextPool<string>? shared;

    private readonly PbsLine line;
    private readonly byte[] hosts;
    private readonly bool isFirstOfTwo;
    private readonly long? recorded;

    private PbsJob(PbsLine line, long number, long element, byte[] hosts, long slots)
    {
        (this.line, Number, Element, this.hosts, HeldSlots) = (line, number, element, hosts, slots);
        recorded = line.Recorded(line.Time(PbsKey.EndTime), out isFirstOfTwo);
        ContentHash = line.Hash;
    }

    /// <summary>The job's id with its server, e.g. <c>12[3].server</c>.</summary>
    public string Id => LogText.Decode(line.Id);

    /// <summary>When the record was written; null where no time zone was named for the log. The job ended at <see cref="JobRecord.EndTime"/>.</summary>
    public DateTimeOffset? RecordedTime => recorded is { } time ? Nearest(time) : null;

    /// <summary>Whether the server's clock showed that time twice, and the job's end does not tell which it was: it is the first.</summary>
    public bool RecordedIsFirstOfTwo => isFirstOfTwo;

    /// <summary>When the record was written, as the server's clock showed it.</summary>
    public string Stamp => line.Stamp;

    /// <summary>When it came into its last queue (qtime).</summary>
    public DateTimeOffset? QueueTime => line.Time(PbsKey.QueueTime) is { } time ? Nearest(time) : null;

    /// <summary>How long it ran by PBS's count (resources_used.walltime), in seconds.</summary>
    public double? WallSeconds => line.Seconds(PbsKey.UsedWallTime);

    /// <summary>How long it waited being eligible (eligible_time), in seconds.</summary>
    public double? EligibleSeconds => line.Seconds(PbsKey.EligibleWait);

    /// <summary>How often it was started (run_count).</summary>
    public long? RunCount => line.Integer(PbsKey.RunCount);

    /// <summary>The values of all keys, quotes left out.</summary>
    public IReadOnlyDictionary<string, string> Fields => line.Fields();

    internal override long ContentHash { get; }

    internal long Number { get; }

    internal long Element { get; }

    /// <summary>Slots held: those of the hosts, else what else says how many there were, else those asked for.</summary>
    internal long HeldSlots { get; }

    internal PbsLine Line => line;

    internal bool WasPutBack => line.Type == Rerun;

    internal ReadOnlySpan<byte> HostText => hosts;

    // Torque, and PBS before it told of the use of such a run, write an R without times.
    internal static bool IsOf(PbsLine line) => line.Id.IndexOf("[]"u8) < 0 && line.Type switch
    {
        End => true,
        Rerun => line.Has(PbsKey.StartTime) && line.Has(PbsKey.EndTime),
        _ => false,
    };

    internal static ParseResult Parse(PbsLine line)
    {
        if (ReadId(line.Id) is not { } id)
        {
            return new(null, "its id has no number in front, or an element that is none");
        }

        foreach (var key in (ReadOnlySpan<PbsKey>)[PbsKey.CreateTime, PbsKey.QueueTime, PbsKey.EligibleTime, PbsKey.StartTime, PbsKey.EndTime])
        {
            if (line.IsDamaged(key))
            {
                return new(null, $"{PbsKeys.NameOf(key)} is no time of the years 1970 to 9999 in seconds");
            }
        }

        if (line.Time(PbsKey.CreateTime) is null || line.Time(PbsKey.EndTime) is null)
        {
            return new(null, $"it has no {PbsKeys.NameOf(line.Time(PbsKey.CreateTime) is null ? PbsKey.CreateTime : PbsKey.EndTime)}: it is not whole");
        }

        if (line.Time(PbsKey.StartTime) > line.Time(PbsKey.EndTime))
        {
            return new(null, "it ends before it starts");
        }

        var (hosts, slots) = ((byte[]?)[], 0L);
        if (!line.Raw(PbsKey.ExecHost).IsEmpty)
        {
            hosts = PbsHosts.Read(line.Utf8(PbsKey.ExecHost), out slots);
        }

        return hosts is null
            ? new(null, "exec_host is no list of hosts and slots, or its slots do not fit 32 bits")
            : new(new PbsJob(line, id.Number, id.Element, hosts, hosts.Length > 0 ? slots : OtherSlots(line)), null);
    }

    /// <summary>How many slots were asked for; null where nothing says.</summary>
    internal static long? AskedSlots(PbsLine line) =>
        Counted(line.Integer(PbsKey.AskedCpus)) ?? Counted(line.Integer(PbsKey.AskedProcs)) ?? PbsValues.SlotsOf(line.Raw(PbsKey.AskedNodes));

    internal override void LetGo() => line.LetGo();

    internal override long? Integer(JobColumn column) => PbsColumns.Integers[column.Index]?.Invoke(this);

    internal override double? Real(JobColumn column) => PbsColumns.Reals[column.Index]?.Invoke(this);

    internal override string? Text(JobColumn column) => Utf8(column) switch
    {
        { IsEmpty: true } => null,
        var text when column.Kind == ColumnKind.FreeText => LogText.Decode(text),
        var text => Shared(text),
    };

    internal override ReadOnlySpan<byte> Utf8(JobColumn column) => PbsColumns.Texts[column.Index] is { } text ? text(this) : [];

    private static long OtherSlots(PbsLine line) =>
        Counted(line.Integer(PbsKey.ExecutionSlots)) ?? Counted(PbsValues.SumOf(line.Raw(PbsKey.ExecVnode), ":ncpus="u8)) ?? AskedSlots(line) ?? 0;

    private static long? Counted(long? value) => value is >= 0 and <= int.MaxValue ? value : null;

    // 12, 12.server, 12[3].server, 12-3.server
    private static (long Number, long Element)? ReadId(ReadOnlySpan<byte> id)
    {
        var digits = id.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end && end < 0 ? id.Length : end;
        if (PbsValues.Integer(id[..digits]) is not { } number)
        {
            return null;
        }

        var rest = id[digits..];
        if (rest.IsEmpty || rest[0] == (byte)'.')
        {
            return (number, 0);
        }

        if (rest[0] is not ((byte)'[' or (byte)'-'))
        {
            return null;
        }

        var close = rest[0] == (byte)'[' ? rest.IndexOf((byte)']') : rest.IndexOf((byte)'.') is var dot && dot < 0 ? rest.Length : dot;
        return close > 1 && PbsValues.Integer(rest[1..close]) is >= 0 and var element ? (number, element) : null;
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
}
