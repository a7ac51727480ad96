using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats;

/// <summary>
/// Divides bytes of an accounting log into records, rejects and filler, so that every byte up to where it stopped belongs
/// to exactly one unit.
/// </summary>
/// <param name="parser">Reads the records of the generation that the bytes are of.</param>
/// <param name="detach">Give each record a copy of its bytes, so that a record kept does not keep the whole buffer.</param>
internal sealed class RecordReader(RecordParser parser, bool detach = false)
{
    /// <summary>
    /// No unit is longer, in bytes, whoever reads: a job on 100,000 slots takes 5.2 MB. What goes on longer without a record, a hole
    /// of NUL bytes too, is as many rejects of this length as it takes, so that memory is bounded.
    /// </summary>
    public const int MaxUnitBytes = (8 << 20) - 1;

    /// <summary>What is said besides of a reject that another record ends.</summary>
    public const string NotFinished = "; another record begins behind it: this one was not finished";

    /// <summary>Reads as many units as the data holds.</summary>
    /// <param name="data">Bytes of the log, from the start of a unit on.</param>
    /// <param name="final">
    /// Nothing will follow and nothing will be filled in. Otherwise an unfinished line and NUL bytes (data that another
    /// host has not written back yet) mean "not yet", and reading stops before them.
    /// </param>
    /// <param name="acceptNuls">NUL bytes that something follows are damage that will not be filled in.</param>
    /// <param name="units">Receives the units in order.</param>
    /// <param name="jobs">Receives the jobs' columns; their units have no records then.</param>
    /// <returns>How many bytes the units cover.</returns>
    public int Read(ReadOnlyMemory<byte> data, bool final, bool acceptNuls, List<RecordUnit> units, JobRows? jobs = null)
    {
        var at = 0;
        while (at < data.Length)
        {
            var nul = data.Span[at..].IndexOf((byte)0);
            var end = nul < 0 ? data.Length : at + nul;
            at = ReadText(data, at, end, nul < 0 ? final : final || acceptNuls, units, jobs);
            if (at < end || nul < 0)
            {
                break;
            }

            var run = data.Span[at..].IndexOfAnyExcept((byte)0);
            var length = Math.Min(run < 0 ? data.Length - at : run, MaxUnitBytes);
            if (!final && (!acceptNuls || (run < 0 && length < MaxUnitBytes)))
            {
                break;
            }

            units.Add(new RecordUnit(UnitKind.Reject, at, length, null, $"{length} NUL bytes: a hole, or data that its writer's host never wrote back"));
            at += length;
        }

        return at;
    }

    private int ReadText(ReadOnlyMemory<byte> data, int at, int end, bool final, List<RecordUnit> units, JobRows? jobs)
    {
        while (at < end)
        {
            var frame = parser.Format.Frame(data.Span[at..end], final);
            if (frame.Kind == UnitKind.Incomplete)
            {
                break;
            }

            var unit = frame.Kind switch
            {
                UnitKind.Record => Parse(data.Slice(at, frame.Length), at, frame.IsCut, jobs),
                UnitKind.Reject => new RecordUnit(frame.Kind, at, frame.Length, null, $"longer than {MaxUnitBytes} bytes: no record is"),
                _ => new RecordUnit(frame.Kind, at, frame.Length),
            };
            units.Add(unit);
            at += unit.Length;
        }

        return at;
    }

    private RecordUnit Parse(ReadOnlyMemory<byte> frame, int offset, bool isCut, JobRows? jobs)
    {
        frame = detach ? frame.ToArray() : frame;
        var result = parser.Parse(frame, jobs);
        var length = result.Length > 0 ? result.Length : frame.Length;
        if (jobs is not null && result.Record is JobRecord job)
        {
            job.LetGo();
            return new RecordUnit(UnitKind.Record, offset, length);
        }

        if (result.Record is { } record)
        {
            (record.Format, record.Bytes, record.Context) = (parser.Format.Name, frame[..length], parser.Context);
        }

        return result.Record is not null ? new RecordUnit(UnitKind.Record, offset, length, result.Record)
            : new RecordUnit(UnitKind.Reject, offset, length, null, isCut || result.Length > 0 ? result.Reason + NotFinished : result.Reason);
    }
}
