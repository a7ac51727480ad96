using System.Globalization;
using NfsTools.Interop;

namespace NfsTools.FileSystems;

/// <summary>Which files processes of this host hold open for writing, as far as this user may see (proc(5)).</summary>
internal static class OpenWriters
{
    private const string FlagsLine = "flags:";
    private const int AccessModes = 3;

    // Nothing left out for its attributes, which would have to be asked for; and what may not be listed is no exception.
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

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
                // The names in fdinfo are those in fd. To list fd, .NET would follow each link, and so ask the file systems of all
                // files that are open on this host: one whose server is away would never answer.
                foreach (var descriptor in Directory.EnumerateFileSystemEntries(process + "/fdinfo", "*", Everything))
                {
                    if (Libc.ReadLink($"{process}/fd/{Path.GetFileName(descriptor)}") is { } target && paths.Contains(target) && IsForWriting(descriptor))
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

    private static bool IsForWriting(string descriptor)
    {
        try
        {
            return File.ReadLines(descriptor).FirstOrDefault(l => l.StartsWith(FlagsLine, StringComparison.Ordinal)) is { } flags
                && (Convert.ToInt64(flags[FlagsLine.Length..].Trim(), 8) & AccessModes) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Closed meanwhile: the process may have others.
            return false;
        }
    }
}
