using System.Security.Cryptography;

namespace NfsTools.Watching;

/// <summary>Identifies a log by its first complete line that is neither blank nor a comment.</summary>
internal static class LogHead
{
    /// <summary>A first line longer than this identifies a log by so many bytes of it.</summary>
    private const int LongestLine = 1 << 20;

    private const int FirstRead = 8 * 1024;

    /// <summary>The fingerprint; null where the file does not hold a complete line yet.</summary>
    /// <param name="file">The log.</param>
    /// <param name="holdNuls">NUL bytes in the line may be filled in, so it is not complete yet.</param>
    public static string? Read(LogFile file, bool holdNuls)
    {
        for (var size = FirstRead; ; size = Math.Min(size * 16, LongestLine))
        {
            var buffer = new byte[size];
            var data = buffer.AsSpan(0, file.Read(buffer, 0));
            if (FirstLine(data, holdNuls) is { Length: > 0 } line)
            {
                return Hash(line);
            }

            if (data.Length < size || size == LongestLine)
            {
                return data.Length == LongestLine ? Hash(data) : null;
            }
        }
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    // NUL bytes before the line are data that is not written back yet, or the hole that copy-truncate leaves.
    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> data, bool holdNuls)
    {
        while (true)
        {
            data = data.TrimStart("\0 \t\r\n"u8);
            var end = data.IndexOf((byte)'\n');
            if (end < 0)
            {
                return [];
            }

            if (data[0] != (byte)'#')
            {
                return holdNuls && data[..end].Contains((byte)0) ? [] : data[..end];
            }

            data = data[(end + 1)..];
        }
    }
}
