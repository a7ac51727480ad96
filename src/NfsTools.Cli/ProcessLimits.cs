using Microsoft.Win32.SafeHandles;

namespace NfsTools.Cli;

/// <summary>
/// What this process must be allowed. Looked at before anything else, with what .NET has loaded anyway: it opens a file for each of
/// its libraries, and without them there is no way to say what is wrong.
/// </summary>
internal static class ProcessLimits
{
    /// <summary>How many files must be allowed to be open at once: about 90 are .NET's and the store's, the others logs and archives.</summary>
    private const long LeastFiles = 128;

    private const string FilesName = "Max open files";
    private const int ErrorDescriptor = 2;

    /// <summary>What to do where files are too few, now or later.</summary>
    public const string MoreFiles = "Allow more: ulimit -n 1024 in the shell, LimitNOFILE=1024 in a systemd unit.";

    /// <summary>Says what is wrong; true where nothing is.</summary>
    public static bool AreEnough()
    {
        if (Files() is not { } files || files >= LeastFiles)
        {
            return true;
        }

        try
        {
            using var error = new FileStream(new SafeFileHandle(ErrorDescriptor, ownsHandle: false), FileAccess.Write, bufferSize: 1);
            error.Write(System.Text.Encoding.UTF8.GetBytes(
                "nfstools: this process may open only " + files.ToString(System.Globalization.CultureInfo.InvariantCulture) + " files at once (ulimit -n), and needs 128.\n" + MoreFiles + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Closed (2>&-): the exit code says it all the same.
        }

        return false;
    }

    // The limit in force (proc_pid_limits(5)): .NET has raised it to the hard one. Null where it cannot be known or there is none.
    private static long? Files()
    {
        try
        {
            foreach (var line in File.ReadAllText("/proc/self/limits").Split('\n'))
            {
                if (line.StartsWith(FilesName, StringComparison.Ordinal))
                {
                    var words = line.Substring(FilesName.Length).Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    return words.Length > 0 && long.TryParse(words[0], out var files) ? files : null;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no /proc.
        }

        return null;
    }
}
