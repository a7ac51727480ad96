using System.Buffers;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>
/// Goes through the pairs <c>key=value</c> of a record. A value in quotes reaches to a quote that a blank or the end follows; one without
/// goes on over blanks to the next word with a <c>=</c>. The account is text that a user chose: without quotes, as Torque writes it, it
/// reaches to the key that follows it there.
/// </summary>
internal ref struct PbsPairs(ReadOnlySpan<byte> bytes, int start)
{
    private static readonly SearchValues<byte> KeyEnds = SearchValues.Create("= \t\r\n"u8);
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at = start;

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Where the value begins, quotes left out.</summary>
    public int ValueAt { get; private set; }

    /// <summary>How long it is, quotes left out.</summary>
    public int ValueLength { get; private set; }

    /// <summary>Whether the value may hold anything: it is in quotes, or the account.</summary>
    public bool IsText { get; private set; }

    private static ReadOnlySpan<byte> AccountKey => "account"u8;

    /// <summary>Goes to the next pair; words without a <c>=</c> before it are passed over.</summary>
    public bool Next()
    {
        while (bytes[at..].IndexOfAnyExcept(Blanks) is var blanks && blanks >= 0)
        {
            at += blanks;
            var end = bytes[at..].IndexOfAny(KeyEnds);
            if (end > 0 && bytes[at + end] == (byte)'=')
            {
                Key = bytes.Slice(at, end);
                at += end + 1;
                Take();
                return true;
            }

            at += end < 0 ? bytes.Length - at : Math.Max(end, 1);
        }

        return false;
    }

    /// <summary>Whether the account is not whole in a line: a newline in it does not end the record.</summary>
    public static bool IsOpen(ReadOnlySpan<byte> line)
    {
        var key = line.IndexOf(" account="u8);
        if (key < 0)
        {
            return false;
        }

        var account = line[(key + " account=".Length)..];
        return (account[0] is (byte)'"' or (byte)'\'' ? Quoted(account) : AccountEnd(account)) < 0;
    }

    private void Take()
    {
        var rest = bytes[at..];
        IsText = Key.SequenceEqual(AccountKey);
        if (!rest.IsEmpty && rest[0] is (byte)'"' or (byte)'\'' && Quoted(rest) is var quoted && quoted >= 0)
        {
            IsText = true;
            (ValueAt, ValueLength) = (at + 1, quoted - 1);
            at += quoted + 1;
            return;
        }

        var end = IsText ? AccountEnd(rest) : -1;
        (ValueAt, ValueLength) = (at, end < 0 ? PlainEnd(rest) : end);
        at += ValueLength;
    }

    // Where the closing quote is.
    private static int Quoted(ReadOnlySpan<byte> value)
    {
        for (var at = 1; value[at..].IndexOf(value[0]) is var next && next >= 0; at += next + 1)
        {
            if (at + next + 1 == value.Length || Blanks.Contains(value[at + next + 1]))
            {
                return at + next;
            }
        }

        return -1;
    }

    private static int AccountEnd(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf(" jobname="u8);
        foreach (var key in (ReadOnlySpan<byte[]>)[[.. " project="u8], [.. " accounting_id="u8], [.. " queue="u8]])
        {
            end = (end < 0 ? value : value[..end]).IndexOf(key) is var earlier && earlier >= 0 ? earlier : end;
        }

        return end;
    }

    private static int PlainEnd(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOfAny(Blanks);
        while (end >= 0 && value[end..].IndexOfAnyExcept(Blanks) is var word && word >= 0)
        {
            var next = value[(end + word)..];
            var stop = next.IndexOfAny(KeyEnds);
            if (stop >= 0 && next[stop] == (byte)'=')
            {
                return end;
            }

            end = stop < 0 ? value.Length : end + word + stop;
        }

        return end < 0 ? value.Length : end;
    }
}
