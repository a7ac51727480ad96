using System.Text;

namespace NfsTools.Accounting.Model;

/// <summary>
/// Text of accounting logs: UTF-8 where it is valid UTF-8, else each byte one Latin-1 character, so that no byte is lost.
/// </summary>
internal static class LogText
{
    private static readonly Encoding Utf8 = new UTF8Encoding(false);

    public static string Decode(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Utf8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    public static ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? bytes : Utf8.GetBytes(Encoding.Latin1.GetString(bytes));
}
