using System.Text;
using Spectre.Console;

namespace NfsTools.Cli.Output;

/// <summary>
/// A table in plain text, for eyes and for awk. Its rows go out as they come: the first ones settle the widths, a longer
/// value later moves its line aside. A terminal's width is kept by cutting the widest texts; elsewhere nothing is cut.
/// </summary>
internal sealed class TextTable(TextWriter output, params IReadOnlyList<TextColumn> columns)
{
    private const int RowsToMeasure = 500;
    private const string Gap = "  ";
    private readonly int? terminalWidth = Terminal.Width;
    private readonly List<string[]> held = [];
    private int[]? widths;

    /// <summary>Adds a row; a value is cleaned of what a terminal would obey.</summary>
    public void Add(params IEnumerable<string> values)
    {
        var cells = values.Select((value, i) => columns[i].Kind == ColumnFit.Path ? SafeText.Name(value) : SafeText.Clean(value)).ToArray();
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
            widths = Fit(widths, available);
        }

        output.WriteLine(Terminal.Bold(Line([.. columns.Select(c => c.Header)], widths)));
        held.ForEach(row => Write(row, widths));
        held.Clear();
    }

    // Texts give way, the widest first; where that is not enough, the lines wrap and nothing is cut for nothing.
    private int[] Fit(int[] wanted, int available)
    {
        var widths = wanted.ToArray();
        for (var excess = widths.Sum() + (Gap.Length * (widths.Length - 1)) - available; excess > 0; excess--)
        {
            var cuttable = Enumerable.Range(0, widths.Length).Where(i => widths[i] > columns[i].LeastWidth).ToList();
            if (cuttable.Count == 0)
            {
                return wanted;
            }

            widths[cuttable.MaxBy(i => widths[i])]--;
        }

        return widths;
    }

    private void Write(string[] cells, int[] widths) => output.WriteLine(Line(cells, widths));

    private string Line(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = terminalWidth is not null ? Cut(cells[i], widths[i], columns[i].Kind) : cells[i];
            var padding = new string(' ', Math.Max(0, widths[i] - WidthOf(cell)));
            line.Append(i == 0 ? "" : Gap).Append(columns[i].Right ? padding + cell : cell + padding);
        }

        return line.ToString().TrimEnd();
    }

    private static string Cut(string text, int width, ColumnFit kind)
    {
        if (WidthOf(text) <= width || kind is ColumnFit.Number or ColumnFit.Whole)
        {
            return text;
        }

        var runes = text.EnumerateRunes().Select(r => r.ToString());
        var used = 1;
        var kept = (kind == ColumnFit.Path ? runes.Reverse() : runes).TakeWhile(rune => (used += WidthOf(rune)) <= width).ToList();
        return kind == ColumnFit.Path ? "…" + string.Concat(kept.AsEnumerable().Reverse()) : string.Concat(kept) + "…";
    }

    // Spectre knows which characters take two cells; most texts need not ask.
    private static int WidthOf(string text) => Ascii.IsValid(text) ? text.Length : text.GetCellWidth();
}
