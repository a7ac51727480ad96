using System.Text;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>
/// Learns which files a command and all of its child processes read and write, from strace(1): a file that is read before it is
/// written is an input, one that is written an output; what is gone at the end is neither.
/// </summary>
internal sealed class JobTrace : IDisposable
{
    private const string Tracer = "strace";
    private const string Calls =
        "trace=?open,?openat,?openat2,?creat,?execve,?execveat,?rename,?renameat,?renameat2,?link,?linkat,?symlink,?symlinkat,?truncate,?chdir,?fchdir,?fork,?vfork,?clone,?clone3";

    private const string Unfinished = " <unfinished ...>";

    // What belongs to the system, not to the flow.
    private static readonly string[] SystemPaths = ["/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/opt", "/proc", "/sys", "/dev", "/run", "/tmp", "/var", "/nix", "/snap"];
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("nfstools-trace-");
    private readonly string directory;
    private readonly string[] ignored;
    private readonly HashSet<string> read = new(StringComparer.Ordinal);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> directories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> begun = new(StringComparer.Ordinal);

    /// <param name="command">The command.</param>
    /// <param name="ignoredPaths">Directories and files that are left out, absolute.</param>
    /// <exception cref="NfsToolsException">strace is not installed, or the command cannot be started.</exception>
    public JobTrace(ChildCommand command, IEnumerable<string> ignoredPaths)
    {
        directory = Path.GetFullPath(command.WorkingDirectory ?? ".");
        directory = Libc.RealPath(directory) ?? directory;

        // A job at work below /tmp works on files there.
        ignored = [.. SystemPaths.Where(p => !IsBelow(directory, p)), .. ignoredPaths, scratch.FullName];
        Command = command with
        {
            FileName = Tracer,
            Arguments = ["-f", "-qq", "-y", "-z", "--seccomp-bpf", "-e", Calls, "-e", "signal=none", "-o", LogPath, "--", command.FileName, .. command.Arguments],
        };
    }

    /// <summary>The command to run instead.</summary>
    public ChildCommand Command { get; }

    private string LogPath => Path.Combine(scratch.FullName, "log");

    /// <summary>The files, once the command has ended.</summary>
    public JobFiles Files()
    {
        if (File.Exists(LogPath))
        {
            // A byte a character: names need not be UTF-8, and strace escapes what is not ASCII.
            foreach (var line in File.ReadLines(LogPath, Encoding.Latin1))
            {
                Take(line);
            }
        }

        return new JobFiles { Inputs = [.. read.Where(IsMeant)], Outputs = [.. written.Where(IsMeant)] };
    }

    public void Dispose() => scratch.Delete(recursive: true);

    /// <summary>Takes a line of the log, e.g. <c>12 openat(AT_FDCWD&lt;/w>, "a", O_RDONLY) = 3&lt;/w/a></c>.</summary>
    internal void Take(string line)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        if (blank < 0)
        {
            return;
        }

        var process = line[..blank];
        var call = line[blank..].TrimStart();
        if (call.EndsWith(Unfinished, StringComparison.Ordinal))
        {
            begun[process] = call[..^Unfinished.Length];
            return;
        }

        if (call.StartsWith("<... ", StringComparison.Ordinal) && call.IndexOf('>', StringComparison.Ordinal) is > 0 and var end && begun.Remove(process, out var start))
        {
            call = start + call[(end + 1)..];
        }

        var open = call.IndexOf('(', StringComparison.Ordinal);
        var equals = call.LastIndexOf(" = ", StringComparison.Ordinal);
        if (open > 0 && equals > open && call[equals + 3] != '-')
        {
            Take(process, call[..open], call[(open + 1)..equals], call[(equals + 3)..]);
        }
    }

    private void Take(string process, string name, string arguments, string result)
    {
        var paths = Paths(process, arguments);
        switch (name)
        {
            case "open" or "openat" or "openat2" or "creat":
                TakeOpen(name, arguments, result);
                break;
            case "execve" or "execveat" when paths.Count > 0:
                Read(paths[0]);
                break;
            case "rename" or "renameat" or "renameat2" or "symlink" or "symlinkat" when paths.Count > 1:
                written.Add(paths[1]);
                break;
            case "link" or "linkat" when paths.Count > 1:
                Read(paths[0]);
                written.Add(paths[1]);
                break;
            case "truncate" when paths.Count > 0:
                written.Add(paths[0]);
                break;
            case "chdir" when paths.Count > 0:
                directories[process] = paths[0];
                break;
            case "fchdir" when Angled(arguments) is { } to:
                directories[process] = to;
                break;
            case "fork" or "vfork" or "clone" or "clone3":
                directories.TryAdd(result.Split(' ')[0], DirectoryOf(process));
                break;
        }
    }

    private void TakeOpen(string name, string arguments, string result)
    {
        if (Angled(result) is not { } path || arguments.Contains("O_PATH", StringComparison.Ordinal) || arguments.Contains("O_DIRECTORY", StringComparison.Ordinal))
        {
            return;
        }

        var updates = arguments.Contains("O_RDWR", StringComparison.Ordinal);
        var replaces = name == "creat" || arguments.Contains("O_TRUNC", StringComparison.Ordinal) || arguments.Contains("O_EXCL", StringComparison.Ordinal);
        if (updates ? !replaces : arguments.Contains("O_RDONLY", StringComparison.Ordinal))
        {
            Read(path);
        }

        if (updates || name == "creat" || arguments.Contains("O_WRONLY", StringComparison.Ordinal))
        {
            written.Add(path);
        }
    }

    // What the job itself has written before is no input.
    private void Read(string path)
    {
        if (!written.Contains(path))
        {
            read.Add(path);
        }
    }

    // The texts in quotes, each relative to the descriptor before it, or to the directory of the process.
    private List<string> Paths(string process, string arguments)
    {
        var paths = new List<string>();
        string? relativeTo = null;
        for (var at = 0; at < arguments.Length; at++)
        {
            if (arguments[at] == '<')
            {
                var current = arguments.AsSpan(..at).EndsWith("AT_FDCWD");
                relativeTo = Until(arguments, ref at, '>');
                if (current)
                {
                    directories[process] = relativeTo;
                }
            }
            else if (arguments[at] == '"')
            {
                paths.Add(Path.GetFullPath(Until(arguments, ref at, '"'), relativeTo ?? DirectoryOf(process)));
                relativeTo = null;
            }
            else if (arguments[at] == '[')
            {
                // execve's arguments are no files of its own.
                break;
            }
        }

        return paths;
    }

    private string DirectoryOf(string process) => directories.GetValueOrDefault(process, directory);

    private bool IsMeant(string path) => path.StartsWith('/') && !ignored.Any(i => IsBelow(path, i)) && Exists(path);

    private static bool Exists(string path)
    {
        try
        {
            return FileStatus.Of(path, follow: false) is { } status && (status.IsRegular || (status.IsLink && File.Exists(path)));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsBelow(string path, string directory) =>
        path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || directory == "/" || path[directory.Length] == '/');

    private static string? Angled(string text)
    {
        var at = text.IndexOf('<', StringComparison.Ordinal);
        return at < 0 ? null : Until(text, ref at, '>');
    }

    // From behind an opening sign to the closing one, with C's escapes undone.
    private static string Until(string text, ref int at, char close)
    {
        var bytes = new List<byte>();
        for (at++; at < text.Length && text[at] != close; at++)
        {
            if (text[at] != '\\' || at + 1 >= text.Length)
            {
                bytes.Add((byte)text[at]);
                continue;
            }

            var digits = text[(at + 1)..Math.Min(at + 4, text.Length)].TakeWhile(c => c is >= '0' and <= '7').Count();
            if (digits > 0)
            {
                bytes.Add((byte)Convert.ToInt32(text.Substring(at + 1, digits), 8));
                at += digits;
                continue;
            }

            at++;
            bytes.Add(text[at] switch { 'n' => (byte)'\n', 't' => (byte)'\t', 'r' => (byte)'\r', 'v' => (byte)'\v', 'f' => (byte)'\f', 'x' => Convert.ToByte(text.Substring(at + 1, 2), 16), var c => (byte)c });
            at += text[at] == 'x' ? 2 : 0;
        }

        return NativeText.Decode(bytes.ToArray());
    }
}
