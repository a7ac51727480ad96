using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>A history is told by its first line that names a job, and what stands before it: the first lines of two ads are often the same.</summary>
internal sealed class HTCondorIdentity : ILogIdentity
{
    /// <inheritdoc/>
    public int MostBytes => 1 << 20;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> begin, bool holdNuls)
    {
        begin = begin.TrimStart("\0 \t\r\n"u8);
        for (var at = 0; begin[at..].IndexOf((byte)'\n') is var newline && newline >= 0; at += newline + 1)
        {
            var line = begin.Slice(at, newline);
            if (HTCondorLines.LengthOfName(line) == 0 || line.StartsWith("GlobalJobId = "u8))
            {
                var found = begin[..(at + newline)];
                return holdNuls && found.Contains((byte)0) ? [] : found;
            }
        }

        return [];
    }
}
