using System.Globalization;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>
/// What .NET changes of what this process was started with, before it can be asked for: it raises the soft limit of open files
/// to the hard one, ignores SIGPIPE, and handles SIGTERM. A shell hands on what it has itself; so where this process's parent
/// is one, what it was started with is known from there. What a shell changed before it replaced itself (exec) is not seen:
/// only a hard limit that was changed as well, as by ulimit -n without -S, is known to be so.
/// </summary>
public static class ProcessInheritance
{
    private static readonly string[] Shells = ["sh", "bash", "dash", "ash", "busybox", "ksh", "ksh93", "mksh", "zsh"];
    private static readonly int[] Taken = [Libc.SignalPipe, Libc.SignalTerminate];

    // Signals that a shell without job control ignores for a command in the background alone, and what the runtime needs itself.
    private static readonly int[] NotCompared = [.. Taken, Libc.SignalInterrupt, Libc.SignalQuit, Libc.SignalChild, 4, 5, 6, 7, 8, 11];

    /// <summary>
    /// Has the commands that this process starts inherit what it was started with itself. To be called before signals are
    /// handled, by a program that does nothing else than to run commands.
    /// </summary>
    public static void Restore()
    {
        try
        {
            var parent = $"/proc/{Libc.ParentProcess()}";
            if (!Shells.Contains(Path.GetFileName(Libc.ReadLink($"{parent}/exe"))))
            {
                return;
            }

            var (soft, hard) = OpenFiles(parent);
            if (soft < hard && OpenFiles("/proc/self") is var own && own.Hard == hard && own.Soft == hard)
            {
                SpawnedProcess.SoftOpenFiles = soft;
            }

            RestoreSignals(Ignored(parent), Ignored("/proc/self"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The parent has ended, or is another user's.
        }
    }

    /// <summary>
    /// Has what this process writes beyond its limit on the size of files (ulimit -f) fail like a full disk, instead of SIGXFSZ end it
    /// without a word and with the files of its own half written. Commands have the signal as it was. To be called before any is started.
    /// </summary>
    public static void OutliveFileSizeLimit()
    {
        if (!Libc.IsIgnored(Libc.SignalFileSize))
        {
            Libc.Ignore(Libc.SignalFileSize);
            SpawnedProcess.OwnIgnored.Add(Libc.SignalFileSize);
        }
    }

    private static void RestoreSignals(ulong parent, ulong own)
    {
        // A shell that ignores what is not ignored here does so for itself alone, being interactive.
        if ((parent & ~own & ~NotCompared.Aggregate(0UL, (set, signal) => set | Bit(signal))) != 0)
        {
            return;
        }

        foreach (var signal in Taken.Where(s => (parent & Bit(s)) != 0))
        {
            Libc.Ignore(signal);
        }

        if ((parent & Bit(Libc.SignalPipe)) != 0)
        {
            SpawnedProcess.OwnIgnored.Remove(Libc.SignalPipe);
        }
    }

    private static ulong Bit(int signal) => 1UL << (signal - 1);

    // proc(5): "Max open files            1024                 524288               files".
    private static (ulong Soft, ulong Hard) OpenFiles(string process)
    {
        const string Title = "Max open files";
        var words = File.ReadLines($"{process}/limits").First(l => l.StartsWith(Title, StringComparison.Ordinal))[Title.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Limit(words[0]), Limit(words[1]));
    }

    private static ulong Limit(string text) => text == "unlimited" ? ulong.MaxValue : ulong.Parse(text, CultureInfo.InvariantCulture);

    private static ulong Ignored(string process)
    {
        const string Title = "SigIgn:\t";
        return ulong.Parse(File.ReadLines($"{process}/status").First(l => l.StartsWith(Title, StringComparison.Ordinal)).AsSpan(Title.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
