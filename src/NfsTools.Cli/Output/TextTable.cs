using System.Text;

namespace NfsTools.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Right">Numbers stand to the right.</param>
internal readonly record struct TextColumn(string Header, bool Right = false);

/// <summary>
/// A table in plain text, for eyes and for awk. Its rows go out as they come: the first ones settle the widths, a longer
/// value later moves its line aside. A terminal's width is kept by cutting the widest texts; elsewhere nothing is cut.
/// </summary>
internal sealed class TextTable(TextWriter output, params IReadOnlyList<TextColumn> columns)
{
    private const int RowsToMeasure = 500;
    private const int LeastTextWidth = 6;
    private const string Gap = "  ";
    private readonly int? terminalWidth = Terminal.Width;
    private readonly List<string[]> held = [];
    private int[]? widths;

    /// <summary>Adds a row; a value is cleaned of what a terminal would obey.</summary>
    public void Add(params IEnumerable<string> values)
    {
        var cells = values.Select(SafeText.Clean).ToArray();
        if (widths is not null)
        {
            Write(cells, widths);
            return;
        }

        held.Add(cells);
        if (held.Count == RowsToMeasure)
        {
            WriteHeld();
        }
    }

    /// <summary>Writes what is held back still, and the header of an empty table.</summary>
    public void End()
    {
        if (widths is null)
        {
            WriteHeld();
        }
    }

    private void WriteHeld()
    {
        widths = [.. columns.Select((column, i) => held.Select(row => WidthOf(row[i])).Append(WidthOf(column.Header)).Max())];
        if (terminalWidth is { } available)
        {
            Shrink(widths, available);
        }

        output.WriteLine(Terminal.Bold(Line([.. columns.Select(c => c.Header)], widths)));
        held.ForEach(row => Write(row, widths));
        held.Clear();
    }

    // Texts give way, the widest first; numbers never do.
    private void Shrink(int[] widths, int available)
    {
        for (var excess = widths.Sum() + (Gap.Length * (widths.Length - 1)) - available; excess > 0; excess--)
        {
            var widest = Enumerable.Range(0, widths.Length).Where(i => !columns[i].Right).MaxBy(i => widths[i]);
            if (columns[widest].Right || widths[widest] <= LeastTextWidth)
            {
                break;
            }

            widths[widest]--;
        }
    }

    private void Write(string[] cells, int[] widths) => output.WriteLine(Line(cells, widths));

    private string Line(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = terminalWidth is not null && !columns[i].Right ? Cut(cells[i], widths[i]) : cells[i];
            var padding = new string(' ', Math.Max(0, widths[i] - WidthOf(cell)));
            line.Append(i == 0 ? "" : Gap).Append(columns[i].Right ? padding + cell : cell + padding);
        }

        return line.ToString().TrimEnd();
    }

    private static string Cut(string text, int width)
    {
        if (WidthOf(text) <= width)
        {
            return text;
        }

        var cut = new StringBuilder();
        var used = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            used += WidthOf(rune.ToString());
            if (used > width)
            {
                break;
            }

            cut.Append(rune);
        }

        return cut.Append('…').ToString();
    }

    // Spectre knows which characters take two cells; most texts need not ask.
    private static int WidthOf(string text) => Ascii.IsValid(text) ? text.Length : Spectre.Console.StringExtensions.GetCellWidth(text);
}
