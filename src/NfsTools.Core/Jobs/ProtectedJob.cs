using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>
/// A job that is run only when its inputs are what is expected of them on this host, and whose outputs are believed only when
/// it has written them, by the clock of their file server; its inputs must not change while it runs.
/// </summary>
public sealed record ProtectedJob
{
    /// <summary>What it is to <see cref="Trace"/>, for who is asked for it.</summary>
    public const string TraceHelp = "Learn the command's files from strace too: all that it and its child processes read and write, links resolved, but those of the system, "
        + "and those that processes which ran before (a daemon) touch for it. What is learnt so is checked after the command. "
        + "A command that hides files from strace (io_uring, mounts or a root of its own) is not believed.";

    /// <summary>What it is to compare contents, for who is asked for it.</summary>
    public const string HashHelp = "Compare contents too, by SHA-256: reads all files before and after the command.";

    /// <summary>What it is to record the outputs, for who is asked for it.</summary>
    public const string RecordHelp = "Write the outputs' stamps to this manifest when the job has succeeded; it appears whole or not at all.";

    private static readonly string[] Variables = ["NFSTOOLS_PROTECTION", "VOV_VW_NFS_PROTECTION"];

    /// <summary>The command; null where <see cref="Work"/> is what is run.</summary>
    public ChildCommand? Command { get; init; }

    /// <summary>What is run instead of a command; called on the thread that runs the job.</summary>
    public Func<CancellationToken, ChildExit>? Work { get; init; }

    /// <summary>The job's name where there is no command.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its files; relative paths are relative to the command's working directory.</summary>
    public JobFiles Files { get; init; } = new();

    /// <summary>Where the files were learnt from, for the report.</summary>
    public string FilesFrom { get; init; } = "";

    /// <summary>
    /// Learn the command's files from strace(1) while it runs, besides those that are named: every file it and its child
    /// processes read and write, but those of the system. What is learnt so is judged after the job.
    /// </summary>
    public bool Trace { get; init; }

    /// <summary>Directories and files that tracing leaves out, absolute.</summary>
    public IReadOnlyList<string> TraceIgnored { get; init; } = [];

    /// <summary>Check the files; otherwise it is a plain wrapper, which takes the outputs' stamps.</summary>
    public bool Protect { get; init; }

    /// <summary>The stamps its inputs are to have. An input that has none there is to be there. Where no input is named, all of these files are inputs.</summary>
    public ExpectedStamps Expected { get; init; } = new([]);

    /// <summary>
    /// Manifests with more such stamps, read when the checks begin: a server that does not answer is waited for as for the files
    /// themselves. Without <see cref="Protect"/> they are not read.
    /// </summary>
    public IReadOnlyList<string> ExpectedManifests { get; init; } = [];

    /// <summary>The manifest to write the outputs' stamps to when the job has succeeded; null for none.</summary>
    public string? ManifestPath { get; init; }

    /// <summary>How often to try again where an input is not as expected: see <see cref="StampCheck.Retries"/>.</summary>
    public int Retries { get; init; } = StampCheck.UsualRetries;

    /// <summary>The time between two tries.</summary>
    public TimeSpan RetryDelay { get; init; } = StampCheck.UsualRetryDelay;

    /// <summary>How long the command may run; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>How long the command may take to end after SIGTERM, before SIGKILL.</summary>
    public TimeSpan Grace { get; init; } = ChildProcess.UsualGrace;

    /// <summary>Kill the command, and what it started, when this process is killed.</summary>
    internal bool Guarded { get; init; } = true;

    /// <summary>Compare contents too, by SHA-256: all files are read before and after.</summary>
    public bool Hash { get; init; }

    /// <summary>
    /// Whether the environment asks for protection: NFSTOOLS_PROTECTION, or VOV_VW_NFS_PROTECTION as FlowTracer has it, is set
    /// to anything but 0.
    /// </summary>
    /// <param name="variable">The value of a variable of the environment; null where it is not set.</param>
    public static bool IsAskedFor(Func<string, string?> variable) => Variables.Any(name => variable(name) is not (null or "" or "0"));

    /// <summary>Whether the environment turns protection off: one of these variables is 0, and none asks for it.</summary>
    /// <param name="variable">The value of a variable of the environment; null where it is not set.</param>
    public static bool IsTurnedOff(Func<string, string?> variable) => !IsAskedFor(variable) && Variables.Any(name => variable(name) == "0");

    /// <summary>Whether files of it are named. Who names files asks for their check.</summary>
    public bool NamesFiles => Files.Inputs.Count + Files.Outputs.Count + Expected.All.Count + ExpectedManifests.Count > 0;

    /// <summary>The same job with the files that a table knows of its command; as it is where files of it are named, or no table knows it.</summary>
    public ProtectedJob Known(Capsules capsules) => Files.Inputs.Count + Files.Outputs.Count == 0 && Command is not null && capsules.FilesOf(Command) is { } files
        ? this with { Files = files, FilesFrom = "capsule" }
        : this;

    /// <summary>Runs it.</summary>
    /// <param name="cancellation">Ends it, and the command with SIGTERM, then SIGKILL.</param>
    /// <param name="signals">The signals that are passed on to the command, or end the checks; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Is told, while it waits for inputs, of those that are not ready.</param>
    /// <exception cref="NfsToolsException">Tracing is asked for, and strace is not installed; or a manifest cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ProtectedJobResult Run(CancellationToken cancellation, JobSignals? signals = null, TimeProvider? time = null, IProgress<IReadOnlyList<FileCheck>>? progress = null) =>
        new JobRun(this, signals, time ?? TimeProvider.System, progress).Run(cancellation);
}
