namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>What lines of jobcomp/filetxt are, told by their bytes alone.</summary>
internal sealed class SlurmJobcompLine : ISlurmLines
{
    // As long is "JobId=" with any number.
    private const int LongestBegin = 64;

    private static ReadOnlySpan<byte> First => "JobId="u8;

    private static ReadOnlySpan<byte> Second => " UserId="u8;

    /// <inheritdoc/>
    public static bool Begins(ReadOnlySpan<byte> line, bool isWhole)
    {
        if (line.Length < First.Length || !line.StartsWith(First))
        {
            return !isWhole && First.StartsWith(line);
        }

        var rest = line[First.Length..Math.Min(line.Length, LongestBegin)];
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits > 0 ? rest[digits..].StartsWith(Second) || (!isWhole && Second.StartsWith(rest[digits..])) : digits < 0 && !isWhole;
    }

    /// <inheritdoc/>
    public static bool Ends(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \r\n"u8);
        var exit = line.LastIndexOf(" ExitCode="u8);
        var derived = exit < 0 ? -1 : line[..exit].LastIndexOf((byte)' ');
        return derived >= 0 && line[derived..].StartsWith(" DerivedExitCode="u8) && SlurmValue.Exit(line[(exit + " ExitCode="u8.Length)..]) is not null;
    }

    /// <inheritdoc/>
    public static bool IsHeader(ReadOnlySpan<byte> line) => false;

    /// <summary>Whether a record begins with all that stands before its name.</summary>
    public static bool HasHead(ReadOnlySpan<byte> data) =>
        Begins(data, isWhole: true) && data.IndexOf(") GroupId="u8) is >= 0 and var group && data[group..].IndexOf(") Name="u8) >= 0;

    /// <summary>Where another record begins in some bytes, from a place on; -1 for nowhere.</summary>
    public static int FindBegin(ReadOnlySpan<byte> data, int from)
    {
        while (from < data.Length && data[from..].IndexOf(First) is >= 0 and var at)
        {
            if (HasHead(data[(from + at)..]))
            {
                return from + at;
            }

            from += at + 1;
        }

        return -1;
    }
}
