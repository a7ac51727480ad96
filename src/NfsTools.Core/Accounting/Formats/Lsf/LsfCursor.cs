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
    // Longer ones are beyond 64 bits.
    private const int LongestInteger = 18;
    private readonly ReadOnlySpan<byte> record = record;

    /// <summary>The byte the next token starts at, once <see cref="MoveToToken"/> said there is one.</summary>
    public int Position { get; private set; } = position;

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
                return false;
            }

            var after = from + quote + 1;
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

    /// <summary>Takes an integer as %d writes it; a leading zero ("02" for "0 2") betrays a missing blank and is refused.</summary>
    public bool TryInteger(out LsfToken token, out long value)
    {
        value = 0;
        if (!TryBare(out token))
        {
            return false;
        }

        var text = record.Slice(token.Start, token.Length);
        var digits = text[0] == (byte)'-' ? text[1..] : text;
        if (digits.IsEmpty || digits.Length > LongestInteger || (digits[0] == (byte)'0' && digits.Length > 1))
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        value = digits.Length < text.Length ? -value : value;
        return Accept(token);
    }

    /// <summary>Takes a number as %f or %g writes it, nan and inf among them.</summary>
    public bool TryNumber(out LsfToken token)
    {
        if (!TryBare(out token))
        {
            return false;
        }

        var text = record.Slice(token.Start, token.Length);
        return (!text.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (Utf8Parser.TryParse(text, out double _, out var used) && used == text.Length) || IsNotFinite(text))
            && Accept(token);
    }

    /// <summary>Takes a token of any kind.</summary>
    public bool TryAny(out LsfToken token) => MoveToToken() && AtQuote ? TryText(out token) : TryBare(out token) && Accept(token);

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

        token = new LsfToken(Position, end - Position);
        return true;
    }

    private bool Accept(LsfToken token)
    {
        Position = token.Start + token.Length;
        return true;
    }
}
