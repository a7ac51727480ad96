using System.Buffers.Text;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>A token of a record: where its content lies, and whether quotes inside it are doubled. Length -1: absent.</summary>
internal readonly record struct LsfToken(int Start, int Length, bool Escaped = false)
{
    public static readonly LsfToken Absent = new(0, -1);

    public bool Present => Length >= 0;
}

/// <summary>
/// Walks the tokens of a record: bare numbers and texts in double quotes with inner quotes doubled, apart by blanks. What
/// real files hold besides is passed over: stray bytes between fields, a blank missing between a text and a number.
/// </summary>
internal ref struct LsfCursor(ReadOnlySpan<byte> record, int position = 0)
{
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
        return !(digits.Length > 1 && digits[0] == (byte)'0') && text[0] != (byte)'+' &&
            Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && Accept(token);
    }

    /// <summary>Takes a number as %f or %g writes it, nan and inf among them.</summary>
    public bool TryNumber(out LsfToken token)
    {
        if (!TryBare(out token))
        {
            return false;
        }

        var text = record.Slice(token.Start, token.Length);
        return Utf8Parser.TryParse(text, out double _, out var used) && used == text.Length
            ? Accept(token)
            : IsNotFinite(text) && Accept(token);
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
