using System.Globalization;
using System.Text;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>
/// Processes of this host that were started with a mark, a variable and its value, in their environment: whatever they start inherits it, in
/// whichever group or session.
/// </summary>
internal static class MarkedProcesses
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether there is one.</summary>
    public static bool Any(string variable, string value) => Find(variable, value).Any();

    /// <summary>Waits until none is left.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static void AwaitEnd(string variable, string value, CancellationToken cancellation)
    {
        while (Any(variable, value))
        {
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Sends a signal to those that have left a process group.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Signal(string variable, string value, int group, int signal)
    {
        var gone = Find(variable, value).Where(process => Libc.GetProcessGroup(process) != group).ToList();
        gone.ForEach(process => _ = Libc.Kill(process, signal));
        return gone.Count > 0;
    }

    private static IEnumerable<int> Find(string variable, string value)
    {
        var entry = Encoding.UTF8.GetBytes($"\0{variable}={value}\0");
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && Has(directory, entry))
            {
                yield return process;
            }
        }
    }

    private static bool Has(string process, byte[] entry)
    {
        try
        {
            return ((ReadOnlySpan<byte>)[0, .. File.ReadAllBytes(Path.Join(process, "environ"))]).IndexOf(entry) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return false;
        }
    }
}
