using NfsTools.Accounting.Model;
using static NfsTools.Accounting.Formats.Slurm.SlurmDocumentScan;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// Frames JSON of Slurm's: each job is a record, and what stands around a document's list of jobs is filler. What is no JSON ends with
/// its line, or where another job begins.
/// </summary>
internal static class SlurmDocumentFrames
{
    private const byte Newline = (byte)'\n';

    // What it takes to see that a job begins behind a bracket.
    private const int LongestFirstKey = 16;

    private static readonly byte[][] KeysBehindJobs = [.. new[] { "\"meta\"", "\"errors\"", "\"warnings\"" }.Select(k => System.Text.Encoding.ASCII.GetBytes(k))];

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    /// <summary>How far the unit at the start of the data reaches (<see cref="IAccountingFormat.Frame"/>).</summary>
    public static Frame Next(ReadOnlySpan<byte> data, bool final)
    {
        var seen = data[..Math.Min(data.Length, RecordReader.MaxUnitBytes)];
        var isFull = data.Length > seen.Length;
        var begin = seen.IndexOfAnyExcept(" \t\r\n,"u8);
        var lines = (begin < 0 ? seen : seen[..begin]).LastIndexOf(Newline) + 1;
        if (lines > 0)
        {
            return new Frame(UnitKind.Filler, lines);
        }

        var frame = begin < 0 ? default : seen[begin] switch
        {
            (byte)'{' => Object(seen, begin, final && !isFull),
            (byte)']' => Tail(seen, begin, final && !isFull),
            _ => Line(seen, begin, final && !isFull),
        };
        return frame.Kind != UnitKind.Incomplete ? frame
            : isFull ? new Frame(UnitKind.Reject, seen.Length)
            : final ? new Frame(begin < 0 ? UnitKind.Filler : UnitKind.Record, seen.Length) : default;
    }

    private static Frame Object(ReadOnlySpan<byte> seen, int begin, bool final)
    {
        var at = begin;
        var extent = End(seen, ref at, isWithin: false);
        var job = FindJob(extent is Extent.Whole or Extent.Jobs ? seen[..at] : seen, begin + 1);
        return extent switch
        {
            Extent.Broken => Line(seen, at, final, begin + 1),
            _ when job >= 0 => new Frame(UnitKind.Record, job, IsCut: true),
            Extent.Jobs => Separated(seen, at, UnitKind.Filler, final),
            Extent.Whole => Separated(seen, at, UnitKind.Record, final),
            _ => default,
        };
    }

    // What closes a list of jobs, and what stands in the document behind it.
    private static Frame Tail(ReadOnlySpan<byte> seen, int begin, bool final)
    {
        var rest = seen[(begin + 1)..].TrimStart(Blanks);
        var key = rest.StartsWith(","u8) ? rest[1..].TrimStart(Blanks) : [];
        if (key.Length < LongestFirstKey && !final && (rest.IsEmpty || rest[0] == ','))
        {
            return default;
        }

        if (!rest.StartsWith("}"u8) && !rest.IsEmpty && !Begins(key))
        {
            return Line(seen, begin, final);
        }

        var at = begin + 1;
        var extent = End(seen, ref at, isWithin: true);
        var job = FindJob(extent == Extent.Whole ? seen[..at] : seen, begin + 1);
        return extent == Extent.Broken ? Line(seen, at, final, begin + 1)
            : job >= 0 ? new Frame(UnitKind.Record, job, IsCut: true)
            : extent == Extent.Whole ? Separated(seen, at, UnitKind.Filler, final)
            : final ? new Frame(UnitKind.Filler, seen.Length) : default;
    }

    private static bool Begins(ReadOnlySpan<byte> key)
    {
        foreach (var known in KeysBehindJobs)
        {
            if (key.StartsWith(known))
            {
                return true;
            }
        }

        return false;
    }

    // A comma and a newline behind a value belong to it.
    private static Frame Separated(ReadOnlySpan<byte> seen, int at, UnitKind kind, bool final)
    {
        for (var hasComma = false; at < seen.Length; at++)
        {
            if (seen[at] == Newline)
            {
                return new Frame(kind, at + 1);
            }

            var isComma = seen[at] == ',' && !hasComma;
            if (!isComma && seen[at] is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                return new Frame(kind, at);
            }

            hasComma |= isComma;
        }

        return final ? new Frame(kind, at) : default;
    }

    // Damage ends with its line, or where a job begins: whatever comes later changes nothing of that.
    private static Frame Line(ReadOnlySpan<byte> seen, int damage, bool final, int from = 0)
    {
        var end = seen[damage..].IndexOf(Newline) is >= 0 and var newline ? damage + newline + 1 : seen.Length;
        var isWhole = end > damage && seen[end - 1] == Newline;
        if (!isWhole && !final)
        {
            return default;
        }

        // A job's bracket may stand at the line's end.
        var behind = seen[end..].TrimStart(Blanks);
        var isBracket = seen[..end].TrimEnd(Blanks).EndsWith("{"u8);
        if (isBracket && behind.Length < LongestFirstKey && !final)
        {
            return default;
        }

        var until = isBracket ? seen.Length - behind.Length + Math.Min(behind.Length, LongestFirstKey) : end;
        var job = FindJob(seen[..until], from);
        return job > 0 && job < end ? new Frame(UnitKind.Record, job, IsCut: true) : new Frame(UnitKind.Record, end);
    }
}
