using System.Buffers;
using System.Text;

namespace NfsTools.Interop;

/// <summary>
/// Text as bytes for the kernel, and back. Bytes that are no UTF-8 (names of older systems) are kept as lone surrogates,
/// U+DC80 to U+DCFF, so that what was passed in is passed on byte by byte. People and files have them as
/// <see cref="NameText"/> writes them.
/// </summary>
internal static class NativeText
{
    private const int FirstLone = 0xDC00;
    private static readonly SearchValues<char> NoCharacters = SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(c => (char)c), '\0']);

    /// <summary>Whether a text can be had from .NET's own calls: it is UTF-8, and has no zero.</summary>
    public static bool IsPlain(string text) => !text.AsSpan().ContainsAny(NoCharacters);

    /// <summary>Whether a character stands for a byte that is no UTF-8.</summary>
    public static bool IsByte(char c) => c is >= '\uDC80' and <= '\uDCFF';

    /// <summary>The bytes of a text, with a zero behind them.</summary>
    /// <exception cref="IOException">No bytes stand for the text: it has a zero in it, or half a character.</exception>
    public static byte[] Encode(string text)
    {
        if (IsPlain(text))
        {
            return [.. Encoding.UTF8.GetBytes(text), 0];
        }

        var bytes = new MemoryStream();
        Span<byte> buffer = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) == OperationStatus.Done && rune.Value != 0)
            {
                bytes.Write(buffer[..rune.EncodeToUtf8(buffer)]);
            }
            else if (IsByte(text[at]))
            {
                bytes.WriteByte((byte)(text[at] - FirstLone));
            }
            else
            {
                throw new IOException($"{SafeText.Clean(text)}: no file has such a name: it has half a character or a zero in it", Libc.IllegalBytes);
            }

            at += length;
        }

        bytes.WriteByte(0);
        return bytes.ToArray();
    }

    /// <summary>The text of bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                length = 1;
                text.Append((char)(FirstLone + bytes[0]));
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }
}
