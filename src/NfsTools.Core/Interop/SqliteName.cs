namespace NfsTools.Interop;

/// <summary>Files for SQLite's library, which is handed texts in UTF-8, but can be told any byte by a URI (sqlite.org/uri.html).</summary>
internal static class SqliteName
{
    /// <summary>The file's name as a data source.</summary>
    /// <param name="path">The file, absolute.</param>
    public static string Of(string path) => NativeText.IsPlain(path) && !path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? path : Uri(path);

    /// <summary>A URI of the file.</summary>
    public static string Uri(string path) => $"file://{string.Concat(NativeText.Encode(path)[..^1].Select(b => b == '/' || char.IsAsciiLetterOrDigit((char)b) ? $"{(char)b}" : $"%{b:X2}"))}";
}
