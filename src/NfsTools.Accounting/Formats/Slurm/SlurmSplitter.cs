using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// Finds the fields of a row. Nothing in a row is escaped: what users choose may hold separators, so a row with more of them than
/// columns is read only where all readings of it that fit the columns' shapes agree in everything that users do not choose.
/// </summary>
internal ref struct SlurmSplitter
{
    // So many readings no row has that is not made to have them.
    private const int MostSteps = 10_000;

    private readonly ReadOnlySpan<byte> row;
    private readonly SlurmContext context;
    private readonly int[] places;
    private int[]? ends;
    private int[]? found;
    private int steps;
    private string? reason;

    private SlurmSplitter(ReadOnlySpan<byte> row, SlurmContext context, int[] places)
    {
        this.row = row;
        (this.context, this.places) = (context, places);
    }

    /// <summary>Finds the fields.</summary>
    /// <param name="row">The row.</param>
    /// <param name="context">Its columns.</param>
    /// <param name="places">Receives where each field begins and how long it is, by turns.</param>
    /// <returns>Why it is no row of these columns; null where it is one.</returns>
    public static string? Split(ReadOnlySpan<byte> row, SlurmContext context, int[] places)
    {
        row = row.TrimEnd("\r\n"u8);
        row = context.IsClosed && row.EndsWith(SlurmHead.Separator) ? row[..^1] : row;
        return new SlurmSplitter(row, context, places).Split();
    }

    private string? Split()
    {
        var (count, columns) = (row.Count(SlurmHead.Separator) + 1, context.Names.Length);

        // A newline in the last text cuts it, and what stood behind.
        if (count < columns && (context.LastFree < 0 || count <= context.LastFree || context.ShapeOf.AsSpan(count).ContainsAnyExcept(SlurmShape.Free)))
        {
            return $"{count} fields in place of {columns}: no row of this log's columns, or a text in it has a newline; let columns that users write stand before State, or leave them out";
        }

        if (count > columns && context.FreeColumns == 0)
        {
            return $"{count} fields in place of {columns}";
        }

        if (count > columns && context.FreeColumns > 1)
        {
            return Search(count);
        }

        var (extra, at) = (Math.Max(0, count - columns), 0);
        for (var column = 0; column < columns; column++)
        {
            var start = Math.Min(at, row.Length);
            var length = Next(ref at);
            for (var more = context.ShapeOf[column] == SlurmShape.Free ? extra : 0; more > 0; more--)
            {
                length += 1 + Next(ref at);
            }

            (places[2 * column], places[(2 * column) + 1]) = (start, length);
            if (!Fits(column, row.Slice(start, length)))
            {
                return reason;
            }
        }

        return null;
    }

    private readonly int Next(ref int at)
    {
        var rest = row[Math.Min(at, row.Length)..];
        var length = rest.IndexOf(SlurmHead.Separator);
        length = length < 0 ? rest.Length : length;
        at += length + 1;
        return length;
    }

    private bool Fits(int column, ReadOnlySpan<byte> field)
    {
        var shape = context.ShapeOf[column];
        if (SlurmValue.Fits(shape, field) && (shape == SlurmShape.Free || !field.Contains((byte)'\n')))
        {
            return true;
        }

        const int most = 40;
        reason = $"column {column + 1} ({context.Names[column]}) is \"{Encoding.ASCII.GetString(field[..Math.Min(field.Length, most)])}\"";
        return false;
    }

    private string? Search(int count)
    {
        ends = new int[count];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            Next(ref at);
            ends[i] = at - 1;
        }

        var answer = Search(0, 0, count - context.Names.Length);
        if (answer is not null || found is null)
        {
            return answer ?? reason ?? $"{count} fields in place of {context.Names.Length}";
        }

        found.CopyTo(places, 0);
        return null;
    }

    // Gives the columns from one on the fields from one on; what is too many goes to texts. sacct leaves no duration empty.
    private string? Search(int column, int field, int extra)
    {
        if (++steps > MostSteps)
        {
            return "its fields can be read in too many ways; leave out the columns that users write";
        }

        if (column == context.Names.Length)
        {
            return extra > 0 ? null : Take();
        }

        var start = field == 0 ? 0 : ends![field - 1] + 1;
        for (var more = 0; more <= (context.ShapeOf[column] == SlurmShape.Free ? extra : 0); more++)
        {
            (places[2 * column], places[(2 * column) + 1]) = (start, ends![field + more] - start);
            var text = row[start..ends[field + more]];
            if (Fits(column, text) && !(text.IsEmpty && context.ShapeOf[column] == SlurmShape.Duration) && Search(column + 1, field + more + 1, extra - more) is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    private string? Take()
    {
        for (var column = 0; found is not null && column < context.Names.Length; column++)
        {
            if (context.ShapeOf[column] != SlurmShape.Free && !row.Slice(found[2 * column], found[(2 * column) + 1]).SequenceEqual(row.Slice(places[2 * column], places[(2 * column) + 1])))
            {
                return $"column {column + 1} ({context.Names[column]}) can be read in two ways, because texts before it hold separators; leave out the columns that users write";
            }
        }

        found ??= [.. places.AsSpan(0, 2 * context.Names.Length)];
        return null;
    }
}
