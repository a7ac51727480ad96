using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;

namespace NfsTools.TestKit;

/// <summary>
/// One record being written, in reused memory. The tokens tell where the fields went, for damage to be done at a known
/// place; they are not moved by an edit, so several edits go from the end to the start.
/// </summary>
internal sealed class LsfRecordBuffer
{
    private byte[] _bytes = new byte[16 * 1024];
    private int _length;

    public List<LsfToken> Tokens { get; } = [];

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Clear()
    {
        _length = 0;
        Tokens.Clear();
    }

    public void Number(long value)
    {
        int start = BeginToken();
        Digits(value, 1);
        EndToken(start, quoted: false);
    }

    /// <summary>A number with decimals, given as a whole number of its last decimal's unit: exact, unlike a double.</summary>
    public void Decimal(long scaled, int decimals)
    {
        long unit = 1;
        for (int i = 0; i < decimals; i++)
        {
            unit *= 10;
        }

        int start = BeginToken();
        if (scaled < 0)
        {
            Append("-"u8);
        }

        Digits(Math.Abs(scaled) / unit, 1);
        Append("."u8);
        Digits(Math.Abs(scaled) % unit, decimals);
        EndToken(start, quoted: false);
    }

    public void Word(ReadOnlySpan<byte> text)
    {
        int start = BeginToken();
        Append(text);
        EndToken(start, quoted: false);
    }

    /// <summary>A string in quotes, a quote inside it doubled.</summary>
    public void Text(ReadOnlySpan<byte> text)
    {
        int start = BeginToken();
        Append("\""u8);
        for (int quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            Append(text[..(quote + 1)]);
            Append("\""u8);
            text = text[(quote + 1)..];
        }

        Append(text);
        Append("\""u8);
        EndToken(start, quoted: true);
    }

    /// <summary>A string in quotes, written in place; its parts must hold no quote.</summary>
    public void Text([InterpolatedStringHandlerArgument("")] in LsfTextHandler text)
    {
        Append("\""u8);
        EndToken(text.Start, quoted: true);
    }

    /// <summary>Writes the blank before a token, and returns where the token starts.</summary>
    public int BeginToken()
    {
        if (_length > 0)
        {
            Append(" "u8);
        }

        return _length;
    }

    public void Append(string text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    public void Append(long number) => Digits(number, 1);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        _bytes.AsSpan(at, _length - at).CopyTo(_bytes.AsSpan(at + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(at));
        _length += bytes.Length;
    }

    public void RemoveByte(int at)
    {
        _bytes.AsSpan(at + 1, _length - at - 1).CopyTo(_bytes.AsSpan(at));
        _length--;
    }

    /// <summary>Cuts off all from <paramref name="length"/> on, and ends the line.</summary>
    public void CutLine(int length)
    {
        _length = length;
        Append("\n"u8);
    }

    private void EndToken(int start, bool quoted) => Tokens.Add(new LsfToken(start, _length, quoted));

    private void Digits(long value, int atLeast)
    {
        Reserve(32);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out int written, new StandardFormat('D', (byte)atLeast));
        _length += written;
    }

    private void Reserve(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }
    }
}
