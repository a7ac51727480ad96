using System.Text.Json.Serialization;

namespace NfsTools.Accounting.Model;

/// <summary>One record of an accounting log.</summary>
public abstract class AccountingRecord
{
    /// <summary>The record's type as the log names it, e.g. <c>JOB_FINISH</c>.</summary>
    public abstract string RecordType { get; }

    /// <summary>When the record was written, by the writer's clock.</summary>
    public DateTimeOffset EventTime => Nearest(EventSeconds);

    /// <summary>The cluster it belongs to; empty until the reader is told.</summary>
    public string Cluster { get; set; } = "";

    /// <summary>Where the record was read; null where it did not come from a file.</summary>
    public RecordSource? Source { get; set; }

    /// <summary>The name of its format.</summary>
    internal string Format { get; set; } = "";

    /// <summary>Its bytes as they stand in its log.</summary>
    internal virtual ReadOnlyMemory<byte> Bytes { get; set; }

    /// <summary>What it takes beside its bytes to read it.</summary>
    internal virtual LogContext Context { get; set; } = LogContext.None;

    /// <summary>How many bytes were known behind it when a followed log was read; null where it comes from no followed log.</summary>
    [JsonIgnore]
    public long? Unread { get; internal set; }

    /// <summary>What was read of followed logs since the record before, this record last; null where it comes from no followed log.</summary>
    internal IReadOnlyList<LogStretch>? Stretches { get; set; }

    /// <summary>The fields of a record that is no job in JSON, as stores keep them; empty for a job, whose columns are stored.</summary>
    internal string StoredFields { get; set; } = "";

    /// <summary>The part of a job that it tells of; null for none.</summary>
    internal virtual JobPart? Part => null;

    /// <summary><see cref="EventTime"/> in seconds since 1970-01-01 UTC.</summary>
    internal abstract long EventSeconds { get; }

    /// <summary>A hash of the record's content, which tells a second copy from another record with the same key.</summary>
    internal abstract long ContentHash { get; }

    /// <summary>The last second of the year 9999; no record has a later time, or one before 1970.</summary>
    internal const long LatestTime = 253_402_300_799;

    /// <summary>Lets nothing through but a time that a record can have.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    internal static void CheckTime(long seconds, string name)
    {
        if (seconds is < 0 or > LatestTime)
        {
            throw new InvalidDataException($"{name} is {seconds}, outside 1970 to 9999");
        }
    }

    /// <summary>A time; the nearest that a record can have, where somebody has changed a stored one.</summary>
    internal static DateTimeOffset Nearest(long seconds) => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, LatestTime));

    /// <summary>A time field of a log: 0 stands for "never".</summary>
    internal static DateTimeOffset? Time(long seconds) => seconds > 0 ? Nearest(seconds) : null;
}
