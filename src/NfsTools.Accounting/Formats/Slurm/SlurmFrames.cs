using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// Frames records of one line each, in which texts of users stand as they are: a record goes on behind a newline in a text until a line
/// that can be its last has come, or another record begins. So no record swallows another one.
/// </summary>
internal static class SlurmFrames
{
    // Longer texts than a record can have are none; and a record that misses its end is not looked for without end.
    private const int MostLines = 64;
    private const int MostRecordBytes = 1 << 20;
    private const byte Newline = (byte)'\n';

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    /// <summary>How far the unit at the start of the data reaches (<see cref="IAccountingFormat.Frame"/>).</summary>
    public static Frame Next<TLines>(ReadOnlySpan<byte> data, bool final)
        where TLines : ISlurmLines
    {
        var seen = data[..Math.Min(data.Length, RecordReader.MaxUnitBytes)];
        var first = seen.IndexOf(Newline) + 1;
        if (first == 0)
        {
            return data.Length > seen.Length ? new Frame(UnitKind.Reject, seen.Length) : final ? new Frame(KindOf<TLines>(seen), seen.Length) : default;
        }

        if (KindOf<TLines>(seen[..first]) == UnitKind.Filler || !TLines.Begins(seen[..first], isWhole: true))
        {
            return new Frame(KindOf<TLines>(seen[..first]), first);
        }

        var end = first;
        var line = seen[..first];
        for (var lines = 1; !TLines.Ends(line); lines++)
        {
            var rest = seen[end..];
            var next = rest.IndexOf(Newline) + 1;
            line = next > 0 ? rest[..next] : rest;
            if ((next > 0 || rest.Length > MostRecordBytes) && TLines.Begins(line, isWhole: true))
            {
                return new Frame(UnitKind.Record, end, IsCut: true);
            }

            if (lines == MostLines || end + line.Length > MostRecordBytes)
            {
                return new Frame(UnitKind.Record, first, IsCut: true);
            }

            if (next == 0)
            {
                return final ? new Frame(UnitKind.Record, rest.IsEmpty || TLines.Begins(rest, isWhole: false) ? end : seen.Length) : default;
            }

            end += next;
        }

        return new Frame(UnitKind.Record, end);
    }

    private static UnitKind KindOf<TLines>(ReadOnlySpan<byte> line)
        where TLines : ISlurmLines
    {
        line = line.Trim(Blanks);
        return line.IsEmpty || TLines.IsHeader(line) ? UnitKind.Filler : UnitKind.Record;
    }
}
