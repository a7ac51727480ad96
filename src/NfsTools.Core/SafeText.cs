using System.Globalization;
using System.Text;
using NfsTools.Interop;

namespace NfsTools;

/// <summary>
/// Text that came from elsewhere, made fit for a terminal: whoever submits a job or makes a file chooses its name, and a name
/// may hold what moves the cursor, changes the title, turns the writing direction or cannot be seen. The rule looks at whole
/// characters, those beyond the basic plane too.
/// </summary>
public static class SafeText
{
    /// <summary>
    /// The text in one line: line ends and tabs become blanks, every other character that is not visible a question mark, and a
    /// byte that is no UTF-8 what <see cref="NameText"/> writes for it.
    /// </summary>
    public static string Clean(string text) => Replace(text, (clean, character) => _ = character switch
    {
        "\n" or "\r" or "\t" => clean.Append(' '),
        [var c] when NativeText.IsByte(c) => AppendByte(clean, c),
        _ => clean.Append('?'),
    });

    /// <summary>A file's name in one line: as <see cref="NameText"/> writes it, cleaned.</summary>
    public static string Name(string name) => Clean(NameText.Write(name));

    /// <summary>Whether the text can be shown as it is: it is one line, all of it can be seen, and a terminal obeys none of it.</summary>
    public static bool IsSafe(string text) => !IsHarmful(text);

    /// <summary>The text with its tabs and line ends, and escapes for all else that a terminal would obey or nobody can see: for files with a syntax that knows none.</summary>
    public static string Escaped(string text) => Replace(text, (escaped, character) => _ = character switch
    {
        "\n" or "\t" => escaped.Append(character),
        [var c] when NativeText.IsByte(c) => AppendByte(escaped, c),
        _ => AppendEscaped(escaped, character),
    });

    /// <summary>The text as a value of a key=value line: in quotes where it would not stand alone, with escapes as in JSON and \xE9 for a byte that is no UTF-8.</summary>
    public static string Value(string text)
    {
        if (text.Length > 0 && !text.Any(c => c is ' ' or '"' or '=' or '\\') && !IsHarmful(text))
        {
            return text;
        }

        var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{Replace(quoted, (value, character) => _ = character switch
        {
            "\n" => value.Append("\\n"),
            "\r" => value.Append("\\r"),
            "\t" => value.Append("\\t"),
            [var c] when NativeText.IsByte(c) => AppendByte(value, c),
            _ => AppendEscaped(value, character),
        })}\"";
    }

    /// <summary>JSON with the characters escaped that a terminal would obey, which its texts alone can hold.</summary>
    public static string Json(string json) => Replace(json, (escaped, character) => _ = character is "\n" ? escaped.Append('\n') : AppendEscaped(escaped, character));

    /// <summary>The text as a word to be pasted into a shell; what cannot be seen is written as bash's $'...' has it.</summary>
    public static string ShellWord(string text)
    {
        if (IsHarmful(text))
        {
            var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
            return $"$'{Replace(quoted, (word, character) => _ = character is [var c] && NativeText.IsByte(c) ? AppendByte(word, c) : AppendBytes(word, character))}'";
        }

        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+,:@%".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static StringBuilder AppendByte(StringBuilder text, char c) => text.Append(CultureInfo.InvariantCulture, $"\\x{c & 0xFF:X2}");

    private static StringBuilder AppendBytes(StringBuilder text, string character) => Encoding.UTF8.GetBytes(character).Aggregate(text, (t, b) => t.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}"));

    private static StringBuilder AppendEscaped(StringBuilder text, string character) => character.Aggregate(text, (t, c) => t.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));

    private static bool IsHarmful(string text)
    {
        for (var at = 0; at < text.Length; at += LengthAt(text, at))
        {
            if (IsHarmfulAt(text, at))
            {
                return true;
            }
        }

        return false;
    }

    private static string Replace(string text, Action<StringBuilder, string> replace)
    {
        if (!IsHarmful(text))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at += LengthAt(text, at))
        {
            if (IsHarmfulAt(text, at))
            {
                replace(safe, text.Substring(at, LengthAt(text, at)));
            }
            else
            {
                safe.Append(text, at, LengthAt(text, at));
            }
        }

        return safe.ToString();
    }

    private static int LengthAt(string text, int at) => Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;

    private static bool IsHarmfulAt(string text, int at) => text[at] is < ' ' or > '~' && (!Rune.TryGetRuneAt(text, at, out var rune) || IsHarmful(rune));

    // Controls, what turns the direction, half characters, what is assigned to nothing, and what Unicode lets nobody see
    // (Default_Ignorable_Code_Point): fillers, tags, selectors of variants.
    private static bool IsHarmful(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned ||
        rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or
        0x1D159 or (>= 0xE0000 and <= 0xE0FFF);
}
