using System.Buffers;
using System.Buffers.Text;
using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>
/// Reads values as they stand in an ad (old ClassAd syntax, HTCondor's <c>ClassAdUnParser</c> with <c>SetOldClassAd</c>). In a string <c>\"</c>
/// is a quote, but at the value's end, where it is a backslash and the string's end; any other backslash stands for itself.
/// </summary>
internal ref struct HTCondorLiteral
{
    // What is nested deeper is left as text.
    private const int MostNested = 16;

    // Whole numbers up to here are exact.
    private const double Most = 1L << 53;

    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t,;]}"u8);
    private readonly ReadOnlySpan<byte> value;
    private int at;

    private HTCondorLiteral(ReadOnlySpan<byte> value) => this.value = value;

    private readonly byte Next => at < value.Length ? value[at] : (byte)0;

    /// <summary>
    /// A value: text, a whole number, a number, true or false, null for <c>undefined</c>, a list, or the attributes of a nested ad. Whatever
    /// else there is, is text as <c>condor_history -json</c> has it: <c>/Expr(RequestCpus * 2)/</c>.
    /// </summary>
    public static object? Read(ReadOnlySpan<byte> value)
    {
        var reader = new HTCondorLiteral(value);
        return reader.TryRead(0, out var read) && reader.IsAtEnd() ? read : Expression(value);
    }

    /// <summary>A whole number; of a real one what is before its point; null for what is no such literal.</summary>
    public static long? Integer(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long whole, out var used) && used == value.Length ? whole
        : Real(value) is { } real && Math.Abs(real) < Most ? (long)real : null;

    /// <summary>A number; null for what is no literal of one.</summary>
    public static double? Real(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && value[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'.'
        && Utf8Parser.TryParse(value, out double real, out var used) && used == value.Length ? real : null;

    /// <summary>The text of a string, its escapes resolved; empty for what is none.</summary>
    public static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> value) =>
        value.Length > 2 && value[0] == (byte)'"' && EndOf(value, 0) == value.Length - 1 ? Unescaped(value[1..^1]) : [];

    private static string Expression(ReadOnlySpan<byte> value) => $"/Expr({LogText.Decode(value)})/";

    // Where the string that begins at a place ends; -1 where it does not.
    private static int EndOf(ReadOnlySpan<byte> value, int start)
    {
        var quote = start;
        do
        {
            var next = value[(quote + 1)..].IndexOf((byte)'"');
            if (next < 0)
            {
                return -1;
            }

            quote += next + 1;
        }
        while (value[quote - 1] == (byte)'\\' && quote < value.Length - 1);

        return quote;
    }

    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("\\\""u8) < 0)
        {
            return text;
        }

        var plain = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != (byte)'\\' || i + 1 == text.Length || text[i + 1] != (byte)'"')
            {
                plain.Add(text[i]);
            }
        }

        return plain.ToArray();
    }

    private bool TryRead(int nested, out object? read)
    {
        read = null;
        SkipBlanks();
        switch (Next)
        {
            case (byte)'"' when EndOf(value, at) is > 0 and var end:
                read = LogText.Decode(Unescaped(value[(at + 1)..end]));
                at = end + 1;
                return true;
            case (byte)'{' when nested < MostNested:
                return TryReadList(nested + 1, out read);
            case (byte)'[' when nested < MostNested:
                return TryReadAd(nested + 1, out read);
            default:
                return TryReadWord(out read);
        }
    }

    // A number, or one of the words that are values.
    private bool TryReadWord(out object? read)
    {
        var rest = value[at..];
        var end = rest.IndexOfAny(WordEnds);
        var word = end < 0 ? rest : rest[..end];
        read = Utf8Parser.TryParse(word, out long whole, out var used) && used == word.Length ? whole
            : Real(word) is { } real ? real
            : Ascii.EqualsIgnoreCase(word, "true"u8) ? true
            : Ascii.EqualsIgnoreCase(word, "false"u8) ? false
            : (object?)null;
        at += word.Length;
        return read is not null || Ascii.EqualsIgnoreCase(word, "undefined"u8);
    }

    private bool TryReadList(int nested, out object? read)
    {
        var list = new List<object?>();
        read = list;
        at++;
        SkipBlanks();
        while (Next != (byte)'}')
        {
            list.Add(Element(nested));
            if (!TrySkip((byte)',') && Next != (byte)'}')
            {
                return false;
            }
        }

        at++;
        return true;
    }

    private bool TryReadAd(int nested, out object? read)
    {
        var ad = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        read = ad;
        at++;
        SkipBlanks();
        while (Next != (byte)']')
        {
            var assignment = value[at..].IndexOf((byte)'=');
            if (assignment <= 0)
            {
                return false;
            }

            var name = LogText.Decode(value.Slice(at, assignment).TrimEnd((byte)' ').Trim((byte)'\''));
            at += assignment + 1;
            ad[name] = Element(nested);
            if (!TrySkip((byte)';') && Next != (byte)']')
            {
                return false;
            }
        }

        at++;
        return true;
    }

    // A value within another one; an expression goes up to where the next one begins.
    private object? Element(int nested)
    {
        SkipBlanks();
        var start = at;
        if (TryRead(nested, out var read))
        {
            SkipBlanks();
            if (Next is (byte)',' or (byte)';' or (byte)'}' or (byte)']')
            {
                return read;
            }
        }

        at = start;
        for (var open = 0; at < value.Length && (open > 0 || Next is not ((byte)',' or (byte)';' or (byte)'}' or (byte)']')); at++)
        {
            open += Next is (byte)'(' or (byte)'[' or (byte)'{' ? 1 : Next is (byte)')' or (byte)']' or (byte)'}' ? -1 : 0;
            at = Next != (byte)'"' ? at : EndOf(value, at) is > 0 and var end ? end : value.Length - 1;
        }

        return Expression(value[start..at].TrimEnd((byte)' '));
    }

    private bool IsAtEnd()
    {
        SkipBlanks();
        return at == value.Length;
    }

    private bool TrySkip(byte separator)
    {
        SkipBlanks();
        if (Next != separator)
        {
            return false;
        }

        at++;
        SkipBlanks();
        return true;
    }

    private void SkipBlanks()
    {
        while (Next is (byte)' ' or (byte)'\t')
        {
            at++;
        }
    }
}
