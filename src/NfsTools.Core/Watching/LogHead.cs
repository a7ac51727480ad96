using System.Security.Cryptography;

namespace NfsTools.Watching;

/// <summary>The fingerprint of a log: SHA-256 of the leading bytes that make it unlike others (<see cref="ILogIdentity"/>).</summary>
internal static class LogHead
{
    private const int FirstRead = 8 * 1024;

    /// <summary>The fingerprint; null where the file does not hold what tells it yet.</summary>
    /// <param name="file">The log.</param>
    /// <param name="identity">Which bytes tell it.</param>
    /// <param name="holdNuls">NUL bytes among them may be filled in, so they are not complete yet.</param>
    public static string? Read(LogFile file, ILogIdentity identity, bool holdNuls)
    {
        for (var size = Math.Min(FirstRead, identity.MostBytes); ; size = Math.Min(size * 16, identity.MostBytes))
        {
            var buffer = new byte[size];
            var data = buffer.AsSpan(0, file.Read(buffer, 0));
            if (identity.Find(data, holdNuls) is { Length: > 0 } bytes)
            {
                return Hash(bytes);
            }

            if (data.Length < size || size == identity.MostBytes)
            {
                return data.Length == identity.MostBytes ? Hash(data) : null;
            }
        }
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
