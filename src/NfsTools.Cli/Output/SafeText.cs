using System.Globalization;
using System.Text;

namespace NfsTools.Cli.Output;

/// <summary>
/// Text that came from a log, made fit for a terminal: whoever submits a job chooses its name, and a name may hold what
/// moves the cursor, changes the title or turns the writing direction.
/// </summary>
internal static class SafeText
{
    /// <summary>The text in one line: line ends and tabs become blanks, every other character that is not visible a question mark.</summary>
    public static string Clean(string text)
    {
        if (!text.Any(IsHarmful))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(!IsHarmful(c) ? c : c is '\n' or '\r' or '\t' ? ' ' : '?');
        }

        return clean.ToString();
    }

    /// <summary>The text as Spectre.Console's markup.</summary>
    public static string Markup(string text) => Spectre.Console.Markup.Escape(Clean(text));

    /// <summary>The text as a value of a key=value line: in quotes where it would not stand alone, with escapes as in JSON.</summary>
    public static string Value(string text)
    {
        if (text.Length > 0 && !text.Any(c => c is ' ' or '"' or '=' or '\\' || IsHarmful(c)))
        {
            return text;
        }

        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when IsHarmful(c) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>The text as a word to be pasted into a shell.</summary>
    public static string ShellWord(string text)
    {
        var clean = Clean(text);
        return clean.Length > 0 && clean.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+,:@%".Contains(c, StringComparison.Ordinal))
            ? clean
            : $"'{clean.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static bool IsHarmful(char c) => c is < ' ' or (>= '\x7f' and <= '\x9f') ||
        (c >= '\x80' && char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
