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

    private readonly LsfRecord record;
    private readonly LsfToken[] tokens;
    private readonly LsfToken version;
    private readonly int extrasStart;
    private readonly LsfToken userGroup;
    private readonly LsfToken onlyHost;
    private readonly byte[] severalHosts = [];

    private LsfJobFinish(LsfRecord record, LsfToken[] tokens, LsfToken version, int extrasStart, List<LsfToken> executed, long held)
    {
        (this.record, this.tokens, this.version, this.extrasStart) = (record, tokens, version, extrasStart);
        JobId = Integer(LsfField.JobId);
        ArrayIndex = (int)Integer(LsfField.ArrayIndex);
        EventSeconds = Integer(LsfField.EventTime);
        SubmitSeconds = Integer(LsfField.SubmitTime);
        StartSeconds = Integer(LsfField.StartTime);
        JobStatus = (int)Integer(LsfField.JobStatus);
        UserCpuSeconds = record.Number(this[LsfField.Utime]);
        SystemCpuSeconds = record.Number(this[LsfField.Stime]);
        NumProcessors = (int)Integer(LsfField.NumProcessors);
        Slots = held > 0 ? (int)held : Math.Max(0, NumProcessors);
        onlyHost = executed.Count == 1 ? executed[0] : LsfToken.Absent;
        severalHosts = executed.Count > 1 ? HostSlots.Join(executed.Count, i => record.Utf8(executed[i])) : [];
        userGroup = UserGroupToken();
        ContentHash = record.Hash;
    }

    /// <inheritdoc/>
    public override string RecordType => Type;

    /// <summary>The version token, e.g. 10.108 for 10.1.0.8. A name, not a number: 9.11 is older than 9.2 would be.</summary>
    public string Version => Shared(record.Raw(version));

    /// <inheritdoc/>
    public override long JobId { get; }

    /// <summary>The element of a job array; 0 for a job outside arrays, -1 for the array itself.</summary>
    public override int ArrayIndex { get; }

    /// <inheritdoc/>
    public override int ExitStatus => (int)Integer(LsfField.ExitStatus);

    /// <inheritdoc/>
    public override int ExitInfo => (int)Integer(LsfField.ExitInfo);

    /// <inheritdoc/>
    public override int NumProcessors { get; }

    /// <summary>Slots held: those allocated, where the version says so, else those of the execution hosts, else those asked for.</summary>
    public override int Slots { get; }

    /// <summary>The execution hosts as the log has them, one entry a slot or <c>16*host</c> (SHORT_EVENTFILE).</summary>
    public IReadOnlyList<string> ExecHosts => record.List(this[LsfField.ExecHosts]);

    /// <inheritdoc/>
    public override double UserCpuSeconds { get; }

    /// <inheritdoc/>
    public override double SystemCpuSeconds { get; }

    /// <inheritdoc/>
    public override long MaxMemKb => Integer(LsfField.MaxRMem);

    /// <inheritdoc/>
    public override long MaxSwapKb => Integer(LsfField.MaxRSwap);

    /// <inheritdoc/>
    public override long AvgMemKb => Integer(LsfField.AvgMem);

    /// <inheritdoc/>
    public override long RunLimitSeconds => Integer(LsfField.RunLimit);

    /// <summary>The user's numeric id.</summary>
    public long Uid => Integer(LsfField.UserId);

    /// <summary>The job status as written: 64 DONE, 32 EXIT.</summary>
    public int JobStatus { get; }

    /// <summary>Fields behind those known, as they stand in the log; newer versions write them.</summary>
    public string Extras => LogText.Decode(record.Bytes[extrasStart..]).TrimEnd();

    internal override bool Done => JobStatus == 64;

    internal override long EventSeconds { get; }

    internal override long SubmitSeconds { get; }

    internal override long StartSeconds { get; }

    internal override long UserId => Uid;

    internal override long ContentHash { get; }

    private LsfToken this[LsfField field] => tokens[(int)field];

    internal static LsfReading Parse(LsfRecord record, LsfToken version, int bodyStart)
    {
        var tokens = new LsfToken[FieldCount];
        var parser = new LsfJobFinishParser(record.Bytes, bodyStart);
        var reason = parser.Parse(tokens);
        var hasExtras = parser.ExtrasStart < record.Bytes.Length;
        if (reason is not null)
        {
            return new(null, reason, parser.IsWhole, hasExtras, parser.MetEnd);
        }

        var executed = record.Elements(tokens[(int)LsfField.ExecHosts]);
        var (allocatedSlots, executedSlots) = (CountSlots(record, record.Elements(tokens[(int)LsfField.AllocSlots])), CountSlots(record, executed));
        return Math.Max(allocatedSlots, executedSlots) > int.MaxValue
            ? new(null, "the slots of its hosts do not fit 32 bits", IsWhole: true, hasExtras, parser.MetEnd)
            : new(new LsfJobFinish(record, tokens, version, parser.ExtrasStart, executed, allocatedSlots > 0 ? allocatedSlots : executedSlots), null, IsWhole: true, hasExtras, parser.MetEnd);
    }

    internal override string Text(JobText field) => field switch
    {
        JobText.JobName or JobText.Command or JobText.DependCond or JobText.Cwd => record.Text(this[FieldOf(field)]),
        _ => Shared(Utf8(field)),
    };

    internal override ReadOnlySpan<byte> Utf8(JobText field) => field switch
    {
        JobText.State => JobStatus switch { 64 => "DONE"u8, 32 => "EXIT"u8, var other => Encoding.ASCII.GetBytes($"{other}") },
        JobText.Hosts => onlyHost.Present ? record.Utf8(onlyHost) : severalHosts,
        JobText.UserGroup => record.Utf8(userGroup),
        _ => record.Utf8(this[FieldOf(field)]),
    };

    private static LsfField FieldOf(JobText text) => text switch
    {
        JobText.User => LsfField.UserName,
        JobText.Queue => LsfField.Queue,
        JobText.Project => LsfField.ProjectName,
        JobText.FromHost => LsfField.FromHost,
        JobText.App => LsfField.App,
        JobText.JobGroup => LsfField.JobGroupName,
        JobText.Sla => LsfField.Sla,
        JobText.ResReq => LsfField.ResReq,
        JobText.EffectiveResReq => LsfField.EffectiveResReq,
        JobText.DependCond => LsfField.DependCond,
        JobText.Cwd => LsfField.Cwd,
        JobText.JobName => LsfField.JobName,
        JobText.Command => LsfField.Command,
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, null),
    };

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

    private long Integer(LsfField field) => record.Integer(this[field]);

    private static long CountSlots(LsfRecord record, List<LsfToken> hosts) => hosts.Sum(h => (long)HostSlots.Of(record.Raw(h), out _));

    // Submission extension 1075 appears to be the user group.
    private LsfToken UserGroupToken()
    {
        var pairs = record.Elements(this[LsfField.SubmitExt]);
        for (var i = 0; i + 1 < pairs.Count; i += 2)
        {
            if (record.Raw(pairs[i]).SequenceEqual("1075"u8))
            {
                return pairs[i + 1];
            }
        }

        return LsfToken.Absent;
    }
}
