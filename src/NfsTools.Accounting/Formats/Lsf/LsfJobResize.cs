using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>
/// A running job whose allocation changed (lsb.acct(5), JOB_RESIZE). Read by the documented layout: no real sample was at
/// hand, so fields behind those known are kept in <see cref="Extras"/>.
/// </summary>
public sealed class LsfJobResize : AccountingRecord
{
    internal const string Type = "JOB_RESIZE";

    private readonly LsfRecord record;

    private LsfJobResize(LsfRecord record) => this.record = record;

    /// <inheritdoc/>
    public override string RecordType => Type;

    /// <summary>The version token.</summary>
    public required string Version { get; init; }

    /// <summary>The job's number.</summary>
    public required long JobId { get; init; }

    /// <summary>The element of a job array; 0 for a job outside arrays.</summary>
    public required int ArrayIndex { get; init; }

    /// <summary>When the job started.</summary>
    public DateTimeOffset? StartTime => Time(StartSeconds);

    /// <summary>The user's numeric id.</summary>
    public required long UserId { get; init; }

    /// <summary>The user.</summary>
    public required string User { get; init; }

    /// <summary>The kind of change: 0 grow, 1 shrink.</summary>
    public required long ResizeType { get; init; }

    /// <summary>When it was resized before; null for never.</summary>
    public DateTimeOffset? LastResizeTime => Time(LastResizeSeconds);

    /// <summary>The four lists of hosts, as they stand in the log.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> HostLists { get; init; }

    /// <summary>Fields behind those known, as they stand in the log.</summary>
    public required string Extras { get; init; }

    internal long StartSeconds { get; private init; }

    internal long LastResizeSeconds { get; private init; }

    internal override long EventSeconds => Event;

    internal override long ContentHash => record.Hash;

    private long Event { get; init; }

    internal static LsfReading Parse(LsfRecord record, LsfToken version, int bodyStart)
    {
        var fields = new LsfFields(record, bodyStart);
        var (time, job, index, start, uid) = (fields.Time("event time"), fields.Integer("job id"), fields.Integer32("array index"), fields.OptionalTime("start time"), fields.Integer("user id"));
        var user = fields.Text("user name");
        var (type, last) = (fields.Integer("resize type"), fields.OptionalTime("last resize time"));
        IReadOnlyList<string>[] lists = [fields.List("host list 1", 1), fields.List("host list 2", 1), fields.List("host list 3", 1), fields.List("host list 4", 1)];
        var rest = fields.Rest();
        return fields.Reading(
            () => new LsfJobResize(record)
            {
                Version = record.Text(version),
                Event = time,
                JobId = job,
                ArrayIndex = index,
                StartSeconds = start,
                UserId = uid,
                User = user,
                ResizeType = type,
                LastResizeSeconds = last,
                HostLists = lists,
                Extras = rest,
            },
            rest);
    }
}
