using System.Text;

namespace NfsTools.Jobs.Flows;

/// <summary>Processes of this host that have a mark in their environment, which whatever they start inherits.</summary>
internal static class MarkedProcesses
{
    /// <summary>The variable that holds the mark.</summary>
    public const string Variable = "NFSTOOLS_FLOW_JOB";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether there is one.</summary>
    public static bool Any(string mark)
    {
        var entry = Encoding.UTF8.GetBytes($"\0{Variable}={mark}\0");
        return Directory.EnumerateDirectories("/proc").Any(process => char.IsAsciiDigit(process["/proc/".Length]) && Has(process, entry));
    }

    /// <summary>Waits until none is left.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static void AwaitEnd(string mark, CancellationToken cancellation)
    {
        while (Any(mark))
        {
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
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
