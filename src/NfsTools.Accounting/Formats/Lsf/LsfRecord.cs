using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>The bytes of one LSF record and ways to read its tokens; strings are made when asked for.</summary>
internal readonly struct LsfRecord(ReadOnlyMemory<byte> bytes)
{
    // FNV-1a's, taken eight bytes at a time.
    private const ulong Offset = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    // As many characters always fit 64 bits.
    private const int MostPlain = 18;

    // As nan and inf do, a larger one comes from memory that nobody set; sums of it would leave the range of numbers.
    private const double BeyondAnyJob = 1e18;

    // Nearly all records are: then no text in them needs a look of its own.
    private readonly bool ascii = Ascii.IsValid(bytes.Span);

    public ReadOnlySpan<byte> Bytes => bytes.Span;

    /// <summary>A hash that tells copies of a record from other records; no proof against forgery.</summary>
    public long Hash
    {
        get
        {
            var hash = Offset;
            var rest = Bytes.TrimEnd("\r\n"u8);
            for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            {
                hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            }

            foreach (var last in rest)
            {
                hash = Mix(hash, last);
            }

            return (long)hash;
        }
    }

    public long Integer(LsfToken token, long absent = 0) =>
        token.Present && (IsPlain(Raw(token), out var value) || Utf8Parser.TryParse(Raw(token), out value, out _)) ? value : absent;

    public double Number(LsfToken token, double absent = 0) =>
        token.Present && Utf8Parser.TryParse(Raw(token), out double value, out _) && Math.Abs(value) < BeyondAnyJob ? value : absent;

    public string Text(LsfToken token) => token.Present ? LogText.Decode(Unescaped(token)) : "";

    public ReadOnlySpan<byte> Utf8(LsfToken token) => !token.Present ? [] : ascii ? Unescaped(token) : LogText.ToUtf8(Unescaped(token));

    /// <summary>The texts of a counted list, its count left out.</summary>
    public List<string> List(LsfToken list) => Elements(list).ConvertAll(Text);

    /// <summary>Stands before the first element of a counted list, and sees nothing behind it.</summary>
    /// <param name="list">The list, which may be absent.</param>
    /// <param name="count">How many elements it says it has.</param>
    public LsfCursor In(LsfToken list, out long count)
    {
        var cursor = list.Present ? new LsfCursor(Bytes[..(list.Start + list.Length)], list.Start) : default;
        cursor.TryInteger(out _, out count);
        return cursor;
    }

    /// <summary>The tokens of a counted list, its count left out.</summary>
    public List<LsfToken> Elements(LsfToken list)
    {
        var cursor = In(list, out var count);

        // What the list says may be wrong: it has no more elements than it has room for.
        var elements = new List<LsfToken>((int)Math.Clamp(count, 0, list.Length / 2));
        while (cursor.TryAny(out var element))
        {
            elements.Add(element);
        }

        return elements;
    }

    public ReadOnlySpan<byte> Raw(LsfToken token) => Bytes.Slice(token.Start, token.Length);

    // What nearly all integers are: digits that 64 bits surely hold.
    private static bool IsPlain(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var first = text.StartsWith((byte)'-') ? 1 : 0;
        foreach (var character in text[first..])
        {
            if (character is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (character - '0');
        }

        value = first > 0 ? -value : value;
        return text.Length > first && text.Length <= MostPlain;
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        hash = (hash ^ word) * Prime;
        return hash ^ (hash >> 29);
    }

    private ReadOnlySpan<byte> Unescaped(LsfToken token)
    {
        var raw = Raw(token);
        if (!token.Escaped)
        {
            return raw;
        }

        var plain = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            plain[length++] = raw[i];
            i += raw[i] == (byte)'"' ? 1 : 0;
        }

        return plain.AsSpan(0, length);
    }
}
