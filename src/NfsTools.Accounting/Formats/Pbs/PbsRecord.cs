using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>
/// A record that is no ended job (PBS Reference Guide, "Accounting log"): Q, S, D, L and all others, R without the times of the run, and the end of an array as a whole, of
/// whose elements each has a record of its own.
/// </summary>
public sealed class PbsRecord : AccountingRecord
{
    private readonly PbsLine line;
    private readonly long? recorded;

    internal PbsRecord(PbsLine line)
    {
        this.line = line;
        RecordType = ((char)line.Type).ToString();
        recorded = line.Recorded(NearOf(line), out var isFirstOfTwo);
        RecordedIsFirstOfTwo = isFirstOfTwo;
    }

    /// <inheritdoc/>
    public override string RecordType { get; }

    /// <summary>What it is about: a job, an array, a reservation, or <c>license</c>.</summary>
    public string Id => LogText.Decode(line.Id);

    /// <summary>When it was written; null where no time zone was named for the log. <see cref="AccountingRecord.EventTime"/> is 1970-01-01 then.</summary>
    public DateTimeOffset? RecordedTime => recorded is { } time ? Nearest(time) : null;

    /// <summary>Whether the server's clock showed that time twice, and nothing in the record tells which it was: it is the first.</summary>
    public bool RecordedIsFirstOfTwo { get; }

    /// <summary>When it was written, as the server's clock showed it.</summary>
    public string Stamp => line.Stamp;

    /// <summary>What stands behind the id, as it stands in the log.</summary>
    public string Body => line.Body;

    /// <summary>The values of all keys, quotes left out.</summary>
    public IReadOnlyDictionary<string, string> Fields => line.Fields();

    internal override long EventSeconds => recorded ?? 0;

    internal override long ContentHash => line.Hash;

    private static long? NearOf(PbsLine line) => line.Type switch
    {
        (byte)'E' or (byte)'R' => line.Time(PbsKey.EndTime) ?? line.Time(PbsKey.StartTime),
        (byte)'S' => line.Time(PbsKey.StartTime),
        (byte)'Q' => line.Time(PbsKey.QueueTime),
        _ => null,
    };
}
