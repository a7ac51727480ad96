using System.Text;

namespace NfsTools.Interop;

/// <summary>
/// Text as bytes for the kernel, and back. Bytes that are no UTF-8 (names of older systems) are kept as lone surrogates,
/// U+DC80 to U+DCFF, so that what was passed in is passed on byte by byte.
/// </summary>
internal static class NativeText
{
    private const int FirstLone = 0xDC00;

    /// <summary>The bytes of a text, with a zero behind them.</summary>
    public static byte[] Encode(string text)
    {
        if (!text.Any(IsLone))
        {
            return [.. Encoding.UTF8.GetBytes(text), 0];
        }

        var bytes = new MemoryStream();
        Span<byte> buffer = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            if (IsLone(text[at]) && (at == 0 || !char.IsHighSurrogate(text[at - 1])))
            {
                bytes.WriteByte((byte)(text[at++] - FirstLone));
                continue;
            }

            _ = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            bytes.Write(buffer[..rune.EncodeToUtf8(buffer)]);
            at += length;
        }

        bytes.WriteByte(0);
        return bytes.ToArray();
    }

    private static bool IsLone(char c) => c is >= '\uDC80' and <= '\uDCFF';

    /// <summary>The text of bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done)
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
