using System.Buffers;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>
/// Goes through the lines of an ad. A line is <c>Attr = expr</c>: no value has a newline in it, since the schedd takes none
/// (<c>IsValidAttrValue</c> in its <c>SetAttribute</c>).
/// </summary>
internal ref struct HTCondorLines(ReadOnlySpan<byte> bytes)
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."u8);
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>How the line that ends an ad begins.</summary>
    public static ReadOnlySpan<byte> BannerBegin => "***"u8;

    /// <summary>What stands between a name and its value.</summary>
    public static ReadOnlySpan<byte> Assignment => " = "u8;

    /// <summary>Where the line begins.</summary>
    public int At { get; private set; }

    /// <summary>Where the line behind it begins.</summary>
    public int End { get; private set; }

    /// <summary>How long its name is; 0 for a line that is no attribute.</summary>
    public int NameLength { get; private set; }

    /// <summary>The attribute's name.</summary>
    public readonly ReadOnlySpan<byte> Name => bytes.Slice(At, NameLength);

    /// <summary>Where the attribute's value begins.</summary>
    public readonly int ValueAt => At + NameLength + Assignment.Length;

    /// <summary>How long the value is, blanks and the line's end left out.</summary>
    public readonly int ValueLength => bytes[ValueAt..End].TrimEnd(" \t\r\n"u8).Length;

    /// <summary>Goes to the next line.</summary>
    public bool Next()
    {
        if (End == bytes.Length)
        {
            return false;
        }

        At = End;
        var newline = bytes[At..].IndexOf((byte)'\n');
        End = newline < 0 ? bytes.Length : At + newline + 1;
        NameLength = LengthOfName(bytes[At..End]);
        return true;
    }

    /// <summary>How long the name at the start of a line is; 0 where it is no attribute.</summary>
    public static int LengthOfName(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAnyExcept(NameBytes);
        return end > 0 && !char.IsAsciiDigit((char)line[0]) && line[end..].StartsWith(Assignment) ? end : 0;
    }

    /// <summary>How long the name at the end of some text is.</summary>
    public static int NameAtEnd(ReadOnlySpan<byte> text) => text.Length - 1 - text.LastIndexOfAnyExcept(NameBytes);

    /// <summary>Whether a line has nothing but blanks.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r\n"u8) < 0;
}
