namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>What lines of JSON of Slurm's are, told by their bytes alone.</summary>
internal static class SlurmDocumentLine
{
    private static readonly byte[][] Begins = [.. new[] { "{\"jobs\"", "{\"meta\"", "{\"account\"", "{\"jobid\"", "{\"_index\"" }.Select(k => System.Text.Encoding.ASCII.GetBytes(k))];

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    /// <summary>Whether a line, blanks before it left out, tells of a list of jobs, or of a job.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> line) =>
        line.StartsWith("{"u8) ? IsJobcomp(line) || HasList(line) || line[1..].TrimStart(Blanks).StartsWith("\"account\""u8)
        : (line.StartsWith("\"jobs\""u8) && HasList(line)) || line.StartsWith("\"allocation_nodes\""u8);

    /// <summary>Whether a line that is not whole may come to do so.</summary>
    public static bool MayBeKnown(ReadOnlySpan<byte> line)
    {
        foreach (var begin in Begins)
        {
            if (line.StartsWith("{"u8) && (line.StartsWith(begin) || begin.AsSpan().StartsWith(line)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an object is what a jobcomp plugin sent, by itself or as Elasticsearch gives it back.</summary>
    public static bool IsJobcomp(ReadOnlySpan<byte> json)
    {
        var at = json.IndexOf("\"jobid\""u8);
        var before = at < 0 ? [] : json[..at].TrimEnd(Blanks);
        return before.Length > 0 && before[^1] == '{' && (before.Length == 1 || before[..^1].TrimEnd(" \t\r\n:"u8).EndsWith("\"_source\""u8));
    }

    private static bool HasList(ReadOnlySpan<byte> line)
    {
        while (line.IndexOf("\"jobs\""u8) is >= 0 and var at)
        {
            line = line[(at + "\"jobs\""u8.Length)..].TrimStart(Blanks);
            if (line.StartsWith(":"u8) && line[1..].TrimStart(Blanks).StartsWith("["u8))
            {
                return true;
            }
        }

        return false;
    }
}
