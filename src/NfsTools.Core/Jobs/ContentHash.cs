using System.Security.Cryptography;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>The hash of a file's content.</summary>
/// <param name="Text">SHA-256 in hexadecimal; null where nothing is, or no regular file, or it cannot be read.</param>
/// <param name="Problem">Why it cannot be read; empty otherwise.</param>
internal sealed record ContentHash(string? Text, string Problem)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    public static ContentHash Of(string path)
    {
        try
        {
            return new ContentHash(Read(path), "");
        }
        catch (IOException e)
        {
            return new ContentHash(null, e.Message);
        }
    }

    private static string? Read(string path)
    {
        if (FileStatus.Of(path) is not { IsRegular: true })
        {
            return null;
        }

        using var file = ReadOnlyFile.TryOpen(path);
        if (file is null)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        var offset = 0L;
        for (int read; (read = file.Read(buffer, offset)) > 0; offset += read)
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
