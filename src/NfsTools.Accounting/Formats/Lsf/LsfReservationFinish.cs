using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>
/// An advance reservation that ended (lsb.acct(5), EVENT_ADRSV_FINISH). Read by the documented layout: no real sample was at
/// hand, so fields behind those known are kept in <see cref="Extras"/>.
/// </summary>
public sealed class LsfReservationFinish : AccountingRecord
{
    internal const string Type = "EVENT_ADRSV_FINISH";

    private readonly LsfRecord record;

    private LsfReservationFinish(LsfRecord record) => this.record = record;

    /// <inheritdoc/>
    public override string RecordType => Type;

    /// <summary>The version token.</summary>
    public required string Version { get; init; }

    /// <summary>When the reservation was made.</summary>
    public DateTimeOffset? CreationTime => Time(CreationSeconds);

    /// <summary>Type bits: 1 user, 2 group, 4 system, 8 recurring.</summary>
    public required long ReservationType { get; init; }

    /// <summary>The creator's numeric id.</summary>
    public required long CreatorId { get; init; }

    /// <summary>The reservation's name.</summary>
    public required string ReservationId { get; init; }

    /// <summary>For whom it was made.</summary>
    public required string User { get; init; }

    /// <summary>The time window, as LSF writes it.</summary>
    public required string TimeWindow { get; init; }

    /// <summary>Who made it.</summary>
    public required string Creator { get; init; }

    /// <summary>How long it lasted, in seconds.</summary>
    public required long DurationSeconds { get; init; }

    /// <summary>The hosts and their CPUs, in turn.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Fields behind those known, as they stand in the log.</summary>
    public required string Extras { get; init; }

    internal long CreationSeconds { get; private init; }

    internal override long EventSeconds => Event;

    internal override long ContentHash => record.Hash;

    private long Event { get; init; }

    internal static LsfReading Parse(LsfRecord record, LsfToken version, int bodyStart)
    {
        var fields = new LsfFields(record, bodyStart);
        var (time, creation, type, creatorId) = (fields.Time("event time"), fields.OptionalTime("creation time"), fields.Integer("type"), fields.Integer("creator uid"));
        var (id, user, window, creator) = (fields.Text("reservation id"), fields.Text("user"), fields.Text("time window"), fields.Text("creator"));
        var duration = fields.Integer("duration");
        var hosts = fields.List("hosts", 2);
        var rest = fields.Rest();
        return fields.Reading(
            () => new LsfReservationFinish(record)
            {
                Version = record.Text(version),
                Event = time,
                CreationSeconds = creation,
                ReservationType = type,
                CreatorId = creatorId,
                ReservationId = id,
                User = user,
                TimeWindow = window,
                Creator = creator,
                DurationSeconds = duration,
                Hosts = hosts,
                Extras = rest,
            },
            rest);
    }
}
