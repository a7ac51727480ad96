using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace NfsTools.Interop;

/// <summary>
/// Names in files and outputs that are text. A name is bytes; where they are UTF-8 it is written as it is. A byte that is
/// not is written \xE9, two hexadecimal digits from 80 to FF, and a backslash that would be read as the beginning of such
/// a byte is written \x5C: whatever the name, it is read back as what it was.
/// </summary>
public static class NameText
{
    private const int Length = 4;
    private const byte Backslash = 0x5C;

    /// <summary>The name as it is written.</summary>
    public static string Write(string name)
    {
        if (!name.Any(c => c == '\\' || NativeText.IsByte(c)))
        {
            return name;
        }

        var text = new StringBuilder(name.Length + Length);
        for (var at = 0; at < name.Length; at++)
        {
            if (char.IsHighSurrogate(name[at]) && at + 1 < name.Length && char.IsLowSurrogate(name[at + 1]))
            {
                text.Append(name, at++, 2);
            }
            else if (NativeText.IsByte(name[at]))
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{name[at] & 0xFF:X2}");
            }
            else
            {
                text.Append(ByteAt(name, at) is null ? $"{name[at]}" : "\\x5C");
            }
        }

        return text.ToString();
    }

    /// <summary>A text that quotes names, for a file or an output: bytes that are not UTF-8 are written as in names, all else is as it is.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Quote(string? text) =>
        text.AsSpan().ContainsAnyInRange('\uDC80', '\uDCFF')
            ? string.Concat(Runes(text!).Select(r => r is [var c] && NativeText.IsByte(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{c & 0xFF:X2}") : r))
            : text;

    /// <summary>The name that was written so.</summary>
    public static string Read(string text)
    {
        if (!text.Contains("\\x", StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new MemoryStream();
        var plain = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (ByteAt(text, at) is { } value)
            {
                bytes.Write(NativeText.Encode(text[plain..at]).AsSpan()[..^1]);
                bytes.WriteByte(value);
                at += Length - 1;
                plain = at + 1;
            }
        }

        bytes.Write(NativeText.Encode(text[plain..]).AsSpan()[..^1]);
        return NativeText.Decode(bytes.ToArray());
    }

    // Characters of two halves stay together: the second half alone would be a byte.
    private static IEnumerable<string> Runes(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
            yield return text.Substring(at, length);
            at += length;
        }
    }

    // The byte that is written here; null where none is.
    private static byte? ByteAt(string text, int at) =>
        at + Length <= text.Length && text[at] == '\\' && text[at + 1] == 'x' &&
        byte.TryParse(text.AsSpan(at + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is Backslash or >= 0x80
            ? value
            : null;
}
