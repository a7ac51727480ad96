using System.Globalization;
using System.Runtime.InteropServices;

namespace NfsTools.TestKit;

/// <summary>
/// What a test program sets up before anything else, so that it is the same from a terminal, under nohup, in the background of a
/// script and beside another run: its signals, and a temporary directory of its own.
/// </summary>
public static partial class TestRun
{
    private const int SigHup = 1;
    private const int SigInt = 2;
    private const int SigQuit = 3;
    private static FileStream? held;

    /// <summary>Called by the module initializer of each test program, before .NET notes which signals are ignored.</summary>
    public static void Begin()
    {
        // nohup and a shell's "&" have these ignored, and what a test starts would inherit that.
        foreach (var signal in (int[])[SigHup, SigInt, SigQuit])
        {
            _ = SetDisposition(signal, 0);
        }

        var runs = Open(Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"nfstools-tests-{UserId()}")));
        foreach (var directory in Directory.EnumerateDirectories(runs))
        {
            Sweep(directory);
        }

        var own = Path.Combine(runs, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Environment.TickCount64:x}"));
        held = Hold(own);
        Environment.SetEnvironmentVariable("TMPDIR", Open(own));
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            held?.Dispose();
            Sweep(own);
        };
    }

    /// <summary>Makes a directory that others may pass through, whatever the umask: some tests run a program as another user.</summary>
    private static string Open(string directory)
    {
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return directory;
    }

    /// <summary>Removes what a run left that has ended, however it ended.</summary>
    private static void Sweep(string directory)
    {
        try
        {
            using (Hold(directory))
            {
                Directory.Delete(directory, recursive: true);
            }

            File.Delete(LockOf(directory));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The run goes on, or another one sweeps it.
        }
    }

    private static FileStream Hold(string directory) => new(LockOf(directory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static string LockOf(string directory) => directory + ".lock";

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetDisposition(int signal, nint disposition);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();
}
