namespace NfsTools.Accounting.Formats;

/// <summary>Looks whether any of a log's lines is like a record's (<see cref="IAccountingFormat.Knows"/>).</summary>
internal static class AnyLine
{
    /// <summary>What is asked about a line, its newline left out.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isWhole">Whether it ends there; otherwise whether it may become such a line is asked.</param>
    public delegate bool Question(ReadOnlySpan<byte> line, bool isWhole);

    /// <summary>Whether one of the lines is what is asked for.</summary>
    public static bool Is(ReadOnlySpan<byte> data, Question question)
    {
        while (!data.IsEmpty)
        {
            var newline = data.IndexOf((byte)'\n');
            if (question(newline < 0 ? data : data[..newline], isWhole: newline >= 0))
            {
                return true;
            }

            data = newline < 0 ? [] : data[(newline + 1)..];
        }

        return false;
    }
}
