using System.Text;

namespace NfsTools.FileSystems;

/// <summary>The mounts of this process. Reading it asks the kernel alone: a server that hangs does not hold it up.</summary>
public static class MountTable
{
    private const string Path = "/proc/self/mountinfo";

    /// <summary>All mounts, in the order they were made.</summary>
    public static IReadOnlyList<Mount> Read() => [.. File.ReadLines(Path).Select(Parse)];

    /// <summary>The mount a path is on: the one made last of those with the longest mount point above it.</summary>
    /// <param name="mounts">The table.</param>
    /// <param name="path">An absolute path without symbolic links.</param>
    public static Mount Find(IReadOnlyList<Mount> mounts, string path) =>
        mounts.Where(m => IsAbove(m.MountPoint, path)).Aggregate((best, next) => next.MountPoint.Length >= best.MountPoint.Length ? next : best);

    /// <summary>Reads a line: "36 35 98:0 /root /point opts optional... - type source superopts" (proc(5)).</summary>
    internal static Mount Parse(string line)
    {
        var fields = line.Split(' ');
        var separator = Array.IndexOf(fields, "-", 6);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in fields[5].Split(',').Concat(separator + 3 < fields.Length ? fields[separator + 3].Split(',') : []))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            options[equals < 0 ? option : option[..equals]] = equals < 0 ? "" : Unescape(option[(equals + 1)..]);
        }

        return new Mount(Unescape(fields[4]), Unescape(fields[3]), fields[separator + 1], Unescape(fields[separator + 2]), options);
    }

    private static bool IsAbove(string mountPoint, string path) =>
        mountPoint == "/" || (path.StartsWith(mountPoint, StringComparison.Ordinal) && (path.Length == mountPoint.Length || path[mountPoint.Length] == '/'));

    // The kernel writes blanks, tabs, newlines and backslashes as three octal digits.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).ContainsAnyExceptInRange('0', '7') is false)
            {
                bytes.Add((byte)Convert.ToInt32(text.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
