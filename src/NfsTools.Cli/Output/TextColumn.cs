namespace NfsTools.Cli.Output;

/// <summary>What a column holds, which says where it is aligned and how it gives way on a narrow terminal.</summary>
internal enum ColumnFit
{
    /// <summary>Text: cut at its end.</summary>
    Text,

    /// <summary>A path: cut at its start, because the end tells paths apart.</summary>
    Path,

    /// <summary>A number: to the right, and never cut.</summary>
    Number,

    /// <summary>A time or a word, never cut.</summary>
    Whole,
}

/// <summary>A column of a table.</summary>
internal readonly record struct TextColumn(string Header, ColumnFit Kind = ColumnFit.Text)
{
    private const int LeastTextWidth = 8;
    private const int LeastPathWidth = 20;

    public bool Right => Kind == ColumnFit.Number;

    /// <summary>The column is not made narrower than this.</summary>
    public int LeastWidth => Kind switch
    {
        ColumnFit.Text => LeastTextWidth,
        ColumnFit.Path => LeastPathWidth,
        _ => int.MaxValue,
    };

    public static TextColumn Number(string header) => new(header, ColumnFit.Number);

    public static TextColumn Path(string header) => new(header, ColumnFit.Path);

    public static TextColumn Whole(string header) => new(header, ColumnFit.Whole);
}
