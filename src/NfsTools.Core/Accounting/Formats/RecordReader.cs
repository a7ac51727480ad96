namespace NfsTools.Accounting.Formats;

/// <summary>
/// Divides bytes of an accounting log into records, rejects and filler, so that every byte up to where it stopped belongs
/// to exactly one unit.
/// </summary>
/// <param name="format">The log's format.</param>
/// <param name="detach">Give each record a copy of its bytes, so that a record kept does not keep the whole buffer.</param>
internal sealed class RecordReader(IRecordFormat format, bool detach = false)
{
    /// <summary>Reads as many units as the data holds.</summary>
    /// <param name="data">Bytes of the log, from the start of a unit on.</param>
    /// <param name="final">
    /// Nothing will follow and nothing will be filled in. Otherwise an unfinished line and NUL bytes (data that another
    /// host has not written back yet) mean "not yet", and reading stops before them.
    /// </param>
    /// <param name="acceptNuls">NUL bytes that something follows are damage that will not be filled in.</param>
    /// <param name="units">Receives the units in order.</param>
    /// <returns>How many bytes the units cover.</returns>
    public int Read(ReadOnlyMemory<byte> data, bool final, bool acceptNuls, List<RecordUnit> units)
    {
        var at = 0;
        while (at < data.Length)
        {
            var nul = data.Span[at..].IndexOf((byte)0);
            var end = nul < 0 ? data.Length : at + nul;
            at = ReadText(data, at, end, nul < 0 ? final : final || acceptNuls, units);
            if (at < end || nul < 0)
            {
                break;
            }

            var run = data.Span[at..].IndexOfAnyExcept((byte)0);
            if (run < 0 ? !final : !(final || acceptNuls))
            {
                break;
            }

            var length = run < 0 ? data.Length - at : run;
            units.Add(new RecordUnit(UnitKind.Reject, at, length, null, $"{length} NUL bytes: a hole, or data that its writer's host never wrote back"));
            at += length;
        }

        return at;
    }

    private int ReadText(ReadOnlyMemory<byte> data, int at, int end, bool final, List<RecordUnit> units)
    {
        while (at < end)
        {
            var frame = format.Frame(data.Span[at..end], final);
            if (frame.Kind == UnitKind.Incomplete)
            {
                break;
            }

            at += frame.Kind == UnitKind.Filler
                ? Add(units, new RecordUnit(UnitKind.Filler, at, frame.Length))
                : Add(units, Parse(data.Slice(at, frame.Length), at));
        }

        return at;
    }

    private RecordUnit Parse(ReadOnlyMemory<byte> frame, int offset)
    {
        var result = format.Parse(detach ? frame.ToArray() : frame);
        return result.Record is not null
            ? new RecordUnit(UnitKind.Record, offset, frame.Length, result.Record)
            : new RecordUnit(UnitKind.Reject, offset, result.DamagedLength > 0 ? result.DamagedLength : frame.Length, null, result.Reason);
    }

    private static int Add(List<RecordUnit> units, RecordUnit unit)
    {
        units.Add(unit);
        return unit.Length;
    }
}
