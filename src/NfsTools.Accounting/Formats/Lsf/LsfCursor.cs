using System.Buffers.Text;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>A token of a record: where its content lies, and whether quotes inside it are doubled.</summary>
internal readonly struct LsfToken(int start, int length, bool escaped = false)
{
    private readonly int lengthOrEscaped = escaped ? ~length : length;

    /// <summary>The token of a field that the record does not have.</summary>
    public static LsfToken Absent { get; } = new(-1, 0);

    public int Start { get; } = start;

    public int Length => Escaped ? ~lengthOrEscaped : lengthOrEscaped;

    public bool Escaped => lengthOrEscaped < 0;

    public bool Present => Start >= 0;
}

/// <summary>
/// Walks the tokens of a record: bare numbers and texts in double quotes with inner quotes doubled, apart by blanks. What
/// real files hold besides is passed over: stray bytes between fields, a blank missing between a text and a number.
/// </summary>
internal ref struct LsfCursor(ReadOnlySpan<byte> record, int position = 0)
{
    // Fewer digits than these always fit 64 bits.
    private const int MostPlainDigits = 19;
    private readonly ReadOnlySpan<byte> record = record;

    /// <summary>The byte the next token starts at, once <see cref="MoveToToken"/> said there is one.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Whether a token reached the record's end, or was missing there: more bytes could make another one of it.</summary>
    public bool MetEnd { get; private set; }

    public readonly bool AtQuote => record[Position] == (byte)'"';

    /// <summary>Passes over blanks and stray bytes; false at the record's end.</summary>
    public bool MoveToToken()
    {
        while (Position < record.Length)
        {
            if (record[Position] is > (byte)' ' and < 0x7F)
            {
                return true;
            }

            Position++;
        }

        MetEnd = true;
        return false;
    }

    /// <summary>Takes a quoted text; false where the next token is none, or its closing quote is missing.</summary>
    public bool TryText(out LsfToken token)
    {
        token = LsfToken.Absent;
        if (!MoveToToken() || !AtQuote)
        {
            return false;
        }

        var escaped = false;
        for (var from = Position + 1; ;)
        {
            var quote = record[from..].IndexOf((byte)'"');
            if (quote < 0)
            {
                MetEnd = true;
                return false;
            }

            var after = from + quote + 1;
            MetEnd |= after == record.Length;
            if (after < record.Length && record[after] == (byte)'"')
            {
                escaped = true;
                from = after + 1;
                continue;
            }

            token = new LsfToken(Position + 1, after - Position - 2, escaped);
            Position = after;
            return true;
        }
    }

    /// <summary>Takes an integer of 64 bits as %d writes it; a leading zero ("02" for "0 2") betrays a missing blank and is refused.</summary>
    public bool TryInteger(out LsfToken token, out long value)
    {
        value = 0;
        if (!TryBare(out token))
        {
            return false;
        }

        var text = record.Slice(token.Start, token.Length);
        if (IsPlain(text, out value))
        {
            return Accept(token);
        }

        var digits = text[0] == (byte)'-' ? text[1..] : text;
        if (digits.IsEmpty || !char.IsAsciiDigit((char)digits[0]) || (digits[0] == (byte)'0' && digits.Length > 1))
        {
            return false;
        }

        return Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && Accept(token);
    }

    /// <summary>Takes a number as %f or %g writes it, nan and inf among them.</summary>
    public bool TryNumber(out LsfToken token)
    {
        if (!TryBare(out token))
        {
            return false;
        }

        var text = record.Slice(token.Start, token.Length);
        return (IsDecimal(text) || (Utf8Parser.TryParse(text, out double _, out var used) && used == text.Length) || IsNotFinite(text))
            && Accept(token);
    }

    /// <summary>Reads what nearly all integers are: digits that 64 bits surely hold, without a leading zero.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or >= MostPlainDigits)
        {
            return false;
        }

        foreach (var character in text)
        {
            if (character is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (character - '0');
        }

        return text[0] != (byte)'0' || text.Length == 1;
    }

    /// <summary>Takes a token of any kind.</summary>
    public bool TryAny(out LsfToken token) => MoveToToken() && AtQuote ? TryText(out token) : TryBare(out token) && Accept(token);

    // Nearly all numbers: digits, and digits behind a point.
    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return point < 0 || (point > 0 && point < text.Length - 1 && text[point] == (byte)'.' && !text[(point + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    private static bool IsNotFinite(ReadOnlySpan<byte> text) => text.TrimStart("+-"u8) is var word && (word.SequenceEqual("nan"u8) || word.SequenceEqual("inf"u8));

    private bool TryBare(out LsfToken token)
    {
        token = LsfToken.Absent;
        if (!MoveToToken() || AtQuote)
        {
            return false;
        }

        var end = Position;
        while (end < record.Length && record[end] is > (byte)' ' and < 0x7F and not (byte)'"')
        {
            end++;
        }

        MetEnd |= end == record.Length;
        token = new LsfToken(Position, end - Position);
        return true;
    }

    private bool Accept(LsfToken token)
    {
        Position = token.Start + token.Length;
        return true;
    }
}
