using System.Globalization;
using NfsTools.Interop;

namespace NfsTools.FileSystems;

/// <summary>
/// The lease of an NFSv4 server: when it has heard nothing from a client for so long, it may give the client's locks to others.
/// NFSv3 has none: there a lock lasts until its host lets go of it, or says that it was restarted.
/// </summary>
internal static class NfsLease
{
    private const string Path = "/proc/self/mountstats";
    private const string Field = "lease_time=";

    /// <summary>The lease in force on a mount, as the kernel has it from the server; null where there is none.</summary>
    public static TimeSpan? Of(Mount mount) => mount.Type == "nfs4" ? Find(NativeText.Decode(File.ReadAllBytes(Path)).Split('\n'), mount.MountPoint) : null;

    /// <summary>Looks it up in /proc/self/mountstats: a line "device SOURCE mounted on POINT with fstype TYPE ...", and below it one with "lease_time=SECONDS".</summary>
    internal static TimeSpan? Find(IEnumerable<string> lines, string mountPoint)
    {
        // Of stacked mounts the last one is seen.
        var (meant, lease) = (false, (TimeSpan?)null);
        var device = $" mounted on {MountTable.Escape(mountPoint)} with fstype nfs4";
        foreach (var line in lines)
        {
            if (line.StartsWith("device ", StringComparison.Ordinal))
            {
                meant = line.Contains(device, StringComparison.Ordinal);
            }
            else if (meant && line.IndexOf(Field, StringComparison.Ordinal) is var at && at >= 0)
            {
                var value = line.AsSpan(at + Field.Length);
                var end = value.IndexOfAnyExceptInRange('0', '9');
                lease = long.TryParse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;
            }
        }

        return lease;
    }
}
