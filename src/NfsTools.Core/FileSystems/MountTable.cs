using System.Collections.ObjectModel;
using System.Globalization;
using NfsTools.Interop;

namespace NfsTools.FileSystems;

/// <summary>The mounts of this process. Reading it asks the kernel alone: a server that hangs does not hold it up.</summary>
public static class MountTable
{
    private const string Path = "/proc/self/mountinfo";

    // What is above the mounts that the table does not show the parents of: all of them in a chroot.
    private static readonly Mount Unlisted = new("/", "/", "unknown", "", ReadOnlyDictionary<string, string>.Empty) { Id = -1, ParentId = -1 };

    /// <summary>All mounts, in the order they were made.</summary>
    public static IReadOnlyList<Mount> Read() => [.. NativeText.Decode(File.ReadAllBytes(Path)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    /// <summary>
    /// The mount a path is on: found from the root down, as the kernel walks, so that a mount made over others hides them.
    /// One of the type "unknown" where the table does not show it.
    /// </summary>
    /// <param name="mounts">The table.</param>
    /// <param name="path">An absolute path without symbolic links.</param>
    public static Mount Find(IReadOnlyList<Mount> mounts, string path)
    {
        // In loops: a command that looks at a file or two would wait for LINQ to be compiled.
        var found = Unlisted;
        for (Mount? next = found; next is not null; found = next ?? found)
        {
            next = null;
            foreach (var mount in mounts)
            {
                if (IsAbove(mount.MountPoint, path) && ParentOf(mount, mounts) == found.Id && mount.Id != found.Id && (next is null || mount.MountPoint.Length < next.MountPoint.Length))
                {
                    next = mount;
                }
            }
        }

        return found;
    }

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

        return new Mount(Unescape(fields[4]), Unescape(fields[3]), Unescape(fields[separator + 1]), Unescape(fields[separator + 2]), options)
        {
            Id = int.Parse(fields[0], CultureInfo.InvariantCulture),
            ParentId = int.Parse(fields[1], CultureInfo.InvariantCulture),
        };
    }

    private static int ParentOf(Mount mount, IReadOnlyList<Mount> mounts) =>
        mount.ParentId != mount.Id && mounts.Any(m => m.Id == mount.ParentId) ? mount.ParentId : Unlisted.Id;

    private static bool IsAbove(string mountPoint, string path) =>
        mountPoint == "/" || (path.StartsWith(mountPoint, StringComparison.Ordinal) && (path.Length == mountPoint.Length || path[mountPoint.Length] == '/'));

    /// <summary>A mount point as the kernel writes it into its tables.</summary>
    internal static string Escape(string text) =>
        text.Replace("\\", "\\134", StringComparison.Ordinal).Replace(" ", "\\040", StringComparison.Ordinal).Replace("\t", "\\011", StringComparison.Ordinal).Replace("\n", "\\012", StringComparison.Ordinal);

    // The kernel writes blanks, tabs, newlines and backslashes as three octal digits.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>();
        var utf8 = NativeText.Encode(text).AsSpan()[..^1];
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == '\\' && i + 3 < utf8.Length && !utf8.Slice(i + 1, 3).ContainsAnyExceptInRange((byte)'0', (byte)'7'))
            {
                bytes.Add((byte)(((utf8[i + 1] - '0') << 6) | ((utf8[i + 2] - '0') << 3) | (utf8[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add(utf8[i]);
            }
        }

        return NativeText.Decode([.. bytes]);
    }
}
