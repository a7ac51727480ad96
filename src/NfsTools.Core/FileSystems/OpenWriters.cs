using System.Globalization;
using NfsTools.Interop;

namespace NfsTools.FileSystems;

/// <summary>Which files processes of this host hold open for writing, as far as this user may see (proc(5)).</summary>
internal static class OpenWriters
{
    private const string FlagsLine = "flags:";
    private const int AccessModes = 3;

    /// <summary>The process that holds each file open for writing; files that none does are left out.</summary>
    /// <param name="paths">The files, without symbolic links.</param>
    public static Dictionary<string, int> Of(IReadOnlySet<string> paths)
    {
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                foreach (var descriptor in Directory.EnumerateFileSystemEntries(process + "/fd"))
                {
                    if (Libc.ReadLink(descriptor) is { } target && paths.Contains(target) && IsForWriting(process, Path.GetFileName(descriptor)))
                    {
                        found[target] = id;
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another user's.
            }
        }

        return found;
    }

    private static bool IsForWriting(string process, string descriptor) =>
        File.ReadLines($"{process}/fdinfo/{descriptor}").FirstOrDefault(l => l.StartsWith(FlagsLine, StringComparison.Ordinal)) is { } flags
        && (Convert.ToInt64(flags[FlagsLine.Length..].Trim(), 8) & AccessModes) != 0;
}
