using System.Buffers;
using System.Text;

namespace NfsTools.Accounting.Formats;

/// <summary>
/// Tells what a file is that is no accounting log, by its beginning. It is one as soon as anything in that begins like a record of
/// its format, however damaged the rest is; what holds nothing yet but blank lines, comments and NUL bytes may become one.
/// </summary>
internal static class StrangeContent
{
    /// <summary>So much of a file's beginning is looked at, in bytes: as much as a record may take.</summary>
    public const int MostBytes = RecordReader.MaxUnitBytes + 1;

    private const int TarMagicAt = 257;
    private const int MostOfLine = 4096;
    private static readonly SearchValues<byte> Control = SearchValues.Create([.. Enumerable.Range(1, 31).Except(['\t', '\n', '\r', '\f', '\v', '\b', 27]).Select(b => (byte)b)]);

    private static readonly (byte[] Magic, string What)[] Archives =
    [
        ([0x1f, 0x8b], "a file compressed with gzip"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a file compressed with zstd"),
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "a file compressed with xz"),
        ("BZh"u8.ToArray(), "a file compressed with bzip2"),
        ([0x04, 0x22, 0x4d, 0x18], "a file compressed with lz4, which is to be unpacked first"),
        ([0x1f, 0x9d], "a file compressed with compress(1), which is to be unpacked first"),
        ([0x1f, 0xa0], "a file compressed with lzh, which is to be unpacked first"),
        ([0x5d, 0x00, 0x00], "a file compressed with lzma, which is to be unpacked first"),
        ("LZIP"u8.ToArray(), "a file compressed with lzip, which is to be unpacked first"),
        ([0x89, (byte)'L', (byte)'Z', (byte)'O'], "a file compressed with lzop, which is to be unpacked first"),
        ("PK\x03\x04"u8.ToArray(), "a zip archive, which is to be unpacked first"),
        ([(byte)'7', (byte)'z', 0xbc, 0xaf], "a 7z archive, which is to be unpacked first"),
    ];

    private static readonly (byte[] Magic, string What)[] Magics =
    [
        ("SQLite format 3\0"u8.ToArray(), "an SQLite database"),
        ([0x37, 0x7f, 0x06, 0x82], "the journal of an SQLite database"),
        ([0x37, 0x7f, 0x06, 0x83], "the journal of an SQLite database"),
        ([0xd9, 0xd5, 0x05, 0xf9], "the journal of an SQLite database"),
        ([0x7f, (byte)'E', (byte)'L', (byte)'F'], "a program (ELF)"),
        ("%PDF-"u8.ToArray(), "a PDF"),
        ([0xff, 0xfe], "text in UTF-16"),
        ([0xfe, 0xff], "text in UTF-16"),
    ];

    /// <summary>How a file is compressed, by its beginning; null where it is not.</summary>
    public static string? FindPacked(ReadOnlySpan<byte> begin) => Find(begin, Archives);

    /// <summary>What a beginning of a file is; null where it is that of a log, or may become one.</summary>
    /// <param name="begin">The beginning, no more than <see cref="MostBytes"/> are looked at.</param>
    /// <param name="format">What the log should be.</param>
    public static string? Find(ReadOnlySpan<byte> begin, IAccountingFormat format)
    {
        begin = begin[..Math.Min(begin.Length, MostBytes)];
        if ((Find(begin, Archives) ?? Find(begin, Magics)) is { } known)
        {
            return known;
        }

        if (begin.Length > TarMagicAt && begin[TarMagicAt..].StartsWith("ustar"u8))
        {
            return "a tar archive";
        }

        if (format.Knows(begin) || FirstLine(begin, out var lines) is not { Length: > 0 } first)
        {
            return null;
        }

        foreach (var other in RecordFormats.All)
        {
            if (other.Knows(begin))
            {
                return $"a log of the format {other.Name}: none of its {lines} lines begins like a record of {format.Name}";
            }
        }

        // NUL bytes may be filled in by their writer's host; nobody writes other control characters into a log.
        var isText = !begin.ContainsAny(Control);
        return !isText ? "a binary file" : begin.Contains((byte)0) ? null : $"{TextKind(first)}: none of its {lines} lines begins like a record of {format.Name}";
    }

    private static string? Find(ReadOnlySpan<byte> begin, (byte[] Magic, string What)[] magics)
    {
        foreach (var (magic, what) in magics)
        {
            if (begin.StartsWith(magic))
            {
                return what;
            }
        }

        return null;
    }

    private static string TextKind(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, MostOfLine)]);
        return line[0] is (byte)'{' or (byte)'[' ? "JSON"
            : text.StartsWith("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) ? "an HTML page"
            : line[0] == (byte)'<' ? "XML or a log of syslog"
            : text.Contains(" = ", StringComparison.Ordinal) ? "settings, or a ClassAd of HTCondor that is no job's"
            : line[0] == (byte)'"' && text.IndexOf('"', 1) is > 1 and var end && text[1..end].All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') ? "another log of LSF, such as lsb.events"
            : "text that is no accounting log";
    }

    // The first line that is neither blank nor a comment, and how many there are.
    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> begin, out int lines)
    {
        ReadOnlySpan<byte> first = [];
        lines = 0;
        while (!begin.IsEmpty)
        {
            var end = begin.IndexOf((byte)'\n');
            var line = (end < 0 ? begin : begin[..end]).Trim("\0 \t\r"u8);
            if (!line.IsEmpty && line[0] != (byte)'#')
            {
                first = lines++ == 0 ? line : first;
            }

            begin = end < 0 ? [] : begin[(end + 1)..];
        }

        return first;
    }
}
