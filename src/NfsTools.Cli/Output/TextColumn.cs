namespace NfsTools.Cli.Output;

/// <summary>What a column holds, which says where it is aligned and how it gives way on a narrow terminal.</summary>
internal enum ColumnKind
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
internal readonly record struct TextColumn(string Header, ColumnKind Kind = ColumnKind.Text)
{
    private const int LeastTextWidth = 8;
    private const int LeastPathWidth = 20;

    public bool Right => Kind == ColumnKind.Number;

    /// <summary>The column is not made narrower than this.</summary>
    public int LeastWidth => Kind switch
    {
        ColumnKind.Text => LeastTextWidth,
        ColumnKind.Path => LeastPathWidth,
        _ => int.MaxValue,
    };

    public static TextColumn Number(string header) => new(header, ColumnKind.Number);

    public static TextColumn Path(string header) => new(header, ColumnKind.Path);

    public static TextColumn Whole(string header) => new(header, ColumnKind.Whole);
}
