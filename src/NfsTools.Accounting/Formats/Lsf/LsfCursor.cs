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

        // Many texts are empty.
        var behind = Position + 2;
        if (behind < record.Length && record[behind - 1] == (byte)'"' && record[behind] != (byte)'"')
        {
            token = new LsfToken(Position + 1, 0);
            Position = behind;
            return true;
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
        if (!MoveToToken())
        {
            token = LsfToken.Absent;
            return false;
        }

        // Nearly all of them are read in one go: digits, perhaps behind a sign.
        var first = record[Position] == (byte)'-' ? Position + 1 : Position;
        var end = first;
        for (; end < record.Length && (uint)(record[end] - '0') <= 9 && end - first < MostPlainDigits; end++)
        {
            value = (value * 10) + (record[end] - '0');
        }

        if (end > first && end - first < MostPlainDigits && IsEndOfBare(end) && (record[first] != (byte)'0' || end == first + 1))
        {
            MetEnd |= end == record.Length;
            value = first > Position ? -value : value;
            token = new LsfToken(Position, end - Position);
            return Accept(token);
        }

        value = 0;
        if (!TryBare(out token))
        {
            return false;
        }

        var text = record.Slice(token.Start, token.Length);
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
        if (MoveToToken())
        {
            // Nearly all of them: digits, perhaps behind a sign, and digits behind a point.
            var first = record[Position] == (byte)'-' ? Position + 1 : Position;
            var end = Digits(first);
            if (end > first && end < record.Length && record[end] == (byte)'.' && Digits(end + 1) is var behind && behind > end + 1)
            {
                end = behind;
            }

            if (end > first && IsEndOfBare(end))
            {
                MetEnd |= end == record.Length;
                token = new LsfToken(Position, end - Position);
                return Accept(token);
            }
        }

        if (!TryBare(out token))
        {
            return false;
        }

        var text = record.Slice(token.Start, token.Length);
        return ((Utf8Parser.TryParse(text, out double _, out var used) && used == text.Length) || IsNotFinite(text)) && Accept(token);
    }

    /// <summary>Takes a token of any kind.</summary>
    public bool TryAny(out LsfToken token) => MoveToToken() && AtQuote ? TryText(out token) : TryBare(out token) && Accept(token);

    private readonly int Digits(int from)
    {
        while (from < record.Length && (uint)(record[from] - '0') <= 9)
        {
            from++;
        }

        return from;
    }

    // Where a token without quotes ends: before a blank, a quote or what is no ASCII.
    private readonly bool IsEndOfBare(int at) => at >= record.Length || record[at] is not (> (byte)' ' and < 0x7F and not (byte)'"');

    private static bool IsNotFinite(ReadOnlySpan<byte> text) => text.TrimStart("+-"u8) is var word && (word.SequenceEqual("nan"u8) || word.SequenceEqual("inf"u8));

    private bool TryBare(out LsfToken token)
    {
        token = LsfToken.Absent;
        if (!MoveToToken() || AtQuote)
        {
            return false;
        }

        var end = Position;
        while (!IsEndOfBare(end))
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
