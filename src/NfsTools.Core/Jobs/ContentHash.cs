using System.Security.Cryptography;
using System.Text;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>The hash of a file's content.</summary>
/// <param name="Text">SHA-256 in hexadecimal; null where nothing is, or what is there has none, or it cannot be read.</param>
/// <param name="Problem">Why it cannot be read; empty otherwise.</param>
internal sealed record ContentHash(string? Text, string Problem)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads a file, or all files in a directory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="except">Files in a directory that are left out, with what is below them.</param>
    public static ContentHash Of(string path, IReadOnlyCollection<string> except)
    {
        try
        {
            return new ContentHash(FileStatus.Of(path) is { IsDirectory: true } ? ReadAll(path, except) : Read(path), "");
        }
        catch (IOException e)
        {
            return new ContentHash(null, e.Message);
        }
    }

    private static string ReadAll(string directory, IReadOnlyCollection<string> except)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in DirectoryTree.Of(directory, freshOn: null).Files.Where(name => !except.Any(e => FilePath.IsBelow(Path.Join(directory, name), e))))
        {
            hash.AppendData(NativeText.Encode(name));
            hash.AppendData(Encoding.ASCII.GetBytes(Read(Path.Join(directory, name)) ?? ""));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
