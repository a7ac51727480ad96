using System.Text;
using NfsTools.FileSystems;
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
        "trace=?open,?openat,?openat2,?open_by_handle_at,?creat,?mknod,?mknodat,?execve,?execveat,?rename,?renameat,?renameat2,?link,?linkat,?symlink,?symlinkat,?truncate,"
        + "?chdir,?fchdir,?fork,?vfork,?clone,?clone3,?unshare,?setns,?chroot,?pivot_root,?io_uring_setup";

    private const string Unfinished = " <unfinished ...>";
    private const string Exited = "+++ ";

    // What belongs to the system, not to the flow.
    private static readonly string[] SystemPaths = ["/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/opt", "/proc", "/sys", "/dev", "/run", "/tmp", "/var", "/nix", "/snap"];
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("nfstools-trace-");
    private readonly string directory;
    private readonly string[] ignored;
    private readonly HashSet<string> read = new(StringComparer.Ordinal);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Parent, bool Shares)> parents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> resolved = new(StringComparer.Ordinal);

    /// <param name="command">The command.</param>
    /// <param name="ignoredPaths">Directories and files that are left out, absolute.</param>
    /// <exception cref="NfsToolsException">strace is not installed, or the command cannot be started.</exception>
    public JobTrace(ChildCommand command, IEnumerable<string> ignoredPaths)
    {
        directory = FilePath.Full(command.WorkingDirectory ?? ".");
        directory = Libc.RealPath(directory) ?? directory;

        // A job at work below /tmp works on files there.
        ignored = [.. SystemPaths.Where(p => !IsBelow(directory, p)), .. ignoredPaths, scratch.FullName];
        Command = command with
        {
            FileName = Tracer,
            Arguments = ["-f", "-q", "-y", "-z", "--seccomp-bpf", "-e", Calls, "-e", "signal=none", "-o", LogPath, "--", command.FileName, .. command.Arguments],
        };
    }

    /// <summary>The command to run instead.</summary>
    public ChildCommand Command { get; }

    /// <summary>Why files may be missing; empty where none can.</summary>
    public string Problem { get; private set; } = "";

    private string LogPath => Path.Combine(scratch.FullName, "log");

    /// <summary>The files, once the command has ended.</summary>
    public JobFiles Files() => Learn(File.Exists(LogPath) ? File.ReadLines(LogPath, Encoding.Latin1) : []);

    public void Dispose() => scratch.Delete(recursive: true);

    /// <summary>Learns from the lines of a log, a byte a character: names need not be UTF-8, and strace escapes what is not ASCII.</summary>
    internal JobFiles Learn(IEnumerable<string> lines)
    {
        // What a child does may stand before the line that tells whose child it is.
        foreach (var (process, call) in Whole(lines))
        {
            if (TakesClone(call) && TraceLine.Parse(call) is { } clone)
            {
                parents[clone.Result] = (process, clone.Flags.Contains("CLONE_FS", StringComparison.Ordinal));
            }
        }

        var (first, hasEnded) = ("", false);
        foreach (var (process, call) in Whole(lines))
        {
            first = first.Length == 0 ? process : first;
            if (call.StartsWith(Exited, StringComparison.Ordinal))
            {
                hasEnded |= process == first;
                places.Remove(process);
            }
            else if (TraceLine.Parse(call) is { } line)
            {
                Take(process, line);
            }
        }

        Problem = Problem.Length > 0 || hasEnded ? Problem : "the trace breaks off";
        return new JobFiles { Inputs = [.. read.Where(IsMeant)], Outputs = [.. written.Where(IsMeant)] };
    }

    private static bool TakesClone(string call) => call.StartsWith("clone", StringComparison.Ordinal) || call.StartsWith("fork", StringComparison.Ordinal) || call.StartsWith("vfork", StringComparison.Ordinal);

    // The calls, those that others came between put together again.
    private static IEnumerable<(string Process, string Call)> Whole(IEnumerable<string> lines)
    {
        var begun = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (blank < 0)
            {
                continue;
            }

            var (process, call) = (line[..blank], line[blank..].TrimStart());
            if (call.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                begun[process] = call[..^Unfinished.Length];
                continue;
            }

            var resumed = call.StartsWith("<... ", StringComparison.Ordinal) ? call.IndexOf('>', StringComparison.Ordinal) : -1;
            yield return (process, resumed > 0 && begun.Remove(process, out var start) ? start + call[(resumed + 1)..] : call);
        }
    }

    private void Take(string process, TraceLine line)
    {
        var place = PlaceOf(process);
        place.Directory = line.WorkingDirectory ?? place.Directory;
        string[] paths = [.. line.Names.Select(n => Resolve(FilePath.Absolute(n.Text, n.Directory ?? place.Directory)))];
        switch (line.Name)
        {
            case "open" or "openat" or "openat2" or "open_by_handle_at" or "creat":
                TakeOpen(line);
                break;
            case "execve" or "execveat" when paths.Length > 0:
                Read(paths[0]);
                break;
            case "rename" or "renameat" or "renameat2" when paths.Length > 1:
                Rename(paths[0], paths[1], line.Flags.Contains("RENAME_EXCHANGE", StringComparison.Ordinal));
                break;
            case "symlink" or "symlinkat" when paths.Length > 1:
                written.Add(paths[1]);
                break;
            case "link" or "linkat" when paths.Length > 1:
                Read(paths[0]);
                written.Add(paths[1]);
                break;
            case "truncate" or "mknod" or "mknodat" when paths.Length > 0:
                written.Add(paths[0]);
                break;
            case "chdir" when paths.Length > 0:
                place.Directory = FilePath.Resolve(paths[0]);
                break;
            case "fchdir" when line.Descriptor is { } to:
                place.Directory = to;
                break;
            case "fork" or "vfork" or "clone" or "clone3":
                places.TryAdd(line.Result, line.Flags.Contains("CLONE_FS", StringComparison.Ordinal) ? place : new Place(place.Directory));
                break;
            case "unshare":
                places[process] = new Place(place.Directory);
                break;
        }

        Problem = Problem.Length > 0 ? Problem : Hidden(line);
    }

    // What lets a process reach files that the trace does not tell, or tells under names that are others here.
    private static string Hidden(TraceLine line) => line.Name switch
    {
        "io_uring_setup" => "it has used io_uring, which strace does not see into",
        "chroot" or "pivot_root" => $"a process of it has another root ({line.Name})",
        "setns" => "a process of it has entered another namespace (setns)",
        "unshare" or "clone" or "clone3" when line.Flags.Contains("CLONE_NEWNS", StringComparison.Ordinal) => $"a process of it has mounts of its own ({line.Name})",
        "clone" or "clone3" when line.Flags.Contains("CLONE_UNTRACED", StringComparison.Ordinal) => "a process of it cannot be traced (CLONE_UNTRACED)",
        _ => "",
    };

    private void TakeOpen(TraceLine line)
    {
        bool Has(string flag) => line.Flags.Contains(flag, StringComparison.Ordinal);
        if (line.ResultPath is not { } path || Has("O_PATH") || Has("O_DIRECTORY"))
        {
            return;
        }

        var updates = Has("O_RDWR");
        var replaces = line.Name == "creat" || Has("O_TRUNC") || Has("O_EXCL");
        if ((updates || Has("O_RDONLY")) && !replaces)
        {
            Read(path);
        }

        if (updates || replaces || Has("O_WRONLY"))
        {
            written.Add(path);
        }
    }

    // What is in a directory moves with it.
    private void Rename(string from, string to, bool exchange)
    {
        foreach (var files in new[] { read, written })
        {
            string[] moved = [.. files.Where(f => f != from && IsBelow(f, from))];
            string[] back = exchange ? [.. files.Where(f => f != to && IsBelow(f, to))] : [];
            files.ExceptWith(moved);
            files.ExceptWith(back);
            files.UnionWith(moved.Select(f => to + f[from.Length..]));
            files.UnionWith(back.Select(f => from + f[to.Length..]));
        }

        written.Add(to);
        if (exchange)
        {
            written.Add(from);
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

    private Place PlaceOf(string process)
    {
        if (!places.TryGetValue(process, out var place))
        {
            // A process of which nothing is told is the command itself.
            place = !parents.Remove(process, out var born) ? new Place(directory) : born.Shares ? PlaceOf(born.Parent) : new Place(PlaceOf(born.Parent).Directory);
            places[process] = place;
        }

        return place;
    }

    // Without links on the way, as strace tells the names of what is open.
    private string Resolve(string path)
    {
        var parent = Path.GetDirectoryName(path) ?? "/";
        if (!resolved.TryGetValue(parent, out var real))
        {
            resolved[parent] = real = Libc.RealPath(parent) ?? parent;
        }

        return Path.Join(real, Path.GetFileName(path));
    }

    private bool IsMeant(string path) => path.StartsWith('/') && !ignored.Any(i => IsBelow(path, i)) && Exists(path);

    // Where that cannot be told, the look at the file will tell why.
    private static bool Exists(string path)
    {
        try
        {
            return FileStatus.Of(path, follow: false) is { } status && (status.IsRegular || (status.IsLink && FileStatus.Of(path) is { IsRegular: true }));
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static bool IsBelow(string path, string directory) =>
        path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || directory == "/" || path[directory.Length] == '/');

    /// <summary>The working directory of the processes and threads that share one.</summary>
    private sealed class Place(string directory)
    {
        public string Directory { get; set; } = directory;
    }
}
