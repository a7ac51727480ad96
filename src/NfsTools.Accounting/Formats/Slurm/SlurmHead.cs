using System.Buffers;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>What lines of sacct are, told by their bytes alone.</summary>
internal sealed class SlurmHead : ISlurmLines
{
    /// <summary>What stands between fields.</summary>
    public const byte Separator = (byte)'|';

    // As many bytes of an id fit any array of Slurm's whose elements are listed.
    private const int LongestId = 4096;
    private const int FewestColumns = 3;

    private static readonly SearchValues<byte> InIds = SearchValues.Create("0123456789_[]-,%:+"u8);
    private static readonly SearchValues<byte> InSteps = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_+"u8);
    private static readonly SearchValues<byte> InNames = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_|"u8);

    /// <summary>Whether a line, its newline left out, names columns, and among them those without which no job can be told to have ended.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.IndexOfAnyExcept(InNames) >= 0 || line.Count(Separator) < FewestColumns - 1)
        {
            return false;
        }

        var (id, state, end) = (false, false, false);
        foreach (var range in line.Split(Separator))
        {
            id |= line[range].SequenceEqual("JobID"u8) || line[range].SequenceEqual("JobIDRaw"u8);
            state |= line[range].SequenceEqual("State"u8);
            end |= line[range].SequenceEqual("End"u8);
        }

        return id && state && end;
    }

    /// <summary>Whether a line that is not whole may come to name columns.</summary>
    public static bool MayBeHeader(ReadOnlySpan<byte> line) => line.Contains(Separator) && line.IndexOfAnyExcept(InNames) < 0;

    /// <summary>Whether a line begins with the id of a job or step and a separator; one that is not whole, whether it may do so.</summary>
    public static bool Begins(ReadOnlySpan<byte> line, bool isWhole)
    {
        var seen = line[..Math.Min(line.Length, LongestId)];
        var end = seen.IndexOf(Separator);
        return end >= 0 ? IsId(seen[..end]) : !isWhole && (seen.IsEmpty || IsId(seen));
    }

    /// <summary>Whether a text is <c>1</c>, <c>1_2</c>, <c>1_[2-4]</c>, <c>1+2</c>, each perhaps with a step behind: <c>.batch</c>.</summary>
    public static bool IsId(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] is < (byte)'0' or > (byte)'9')
        {
            return false;
        }

        var step = text.IndexOf((byte)'.');
        return (step < 0 ? text : text[..step]).IndexOfAnyExcept(InIds) < 0 && (step < 0 || text[(step + 1)..].IndexOfAnyExcept(InSteps) < 0);
    }

    /// <summary>Whether one of the fields is a state.</summary>
    public static bool Ends(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var end = text.IndexOf(Separator);
            var field = end < 0 ? text.TrimEnd("\r\n"u8) : text[..end];
            if (SlurmStates.Find(field) is not null)
            {
                return true;
            }

            if (end < 0)
            {
                return false;
            }

            text = text[(end + 1)..];
        }
    }
}
