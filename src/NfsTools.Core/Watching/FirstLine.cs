namespace NfsTools.Watching;

/// <summary>A log is told by its first complete line that is neither blank, a comment nor a header.</summary>
/// <param name="isHeader">Whether a line begins other logs too; null for no line.</param>
internal sealed class FirstLine(FirstLine.LineTest? isHeader = null) : ILogIdentity
{
    /// <summary>That of logs without headers.</summary>
    public static readonly FirstLine Any = new();

    /// <summary>Whether a line, its newline left out, is something.</summary>
    public delegate bool LineTest(ReadOnlySpan<byte> line);

    /// <inheritdoc/>
    public int MostBytes => 1 << 20;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> begin, bool holdNuls)
    {
        while (true)
        {
            // NUL bytes before the line are data that is not written back yet, or the hole that copy-truncate leaves.
            begin = begin.TrimStart("\0 \t\r\n"u8);
            var end = begin.IndexOf((byte)'\n');
            if (end < 0)
            {
                return [];
            }

            if (begin[0] != (byte)'#' && isHeader?.Invoke(begin[..end]) != true)
            {
                return holdNuls && begin[..end].Contains((byte)0) ? [] : begin[..end];
            }

            begin = begin[(end + 1)..];
        }
    }
}
