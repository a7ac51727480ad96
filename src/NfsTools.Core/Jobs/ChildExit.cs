namespace NfsTools.Jobs;

/// <summary>How a command ended, and what it used.</summary>
public sealed record ChildExit
{
    /// <summary>What a shell adds to the number of the signal that ended a command.</summary>
    internal const int SignalBase = 128;

    /// <summary>What it returned; null where a signal ended it.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>The signal that ended it; null where it returned.</summary>
    public int? Signal { get; init; }

    /// <summary>What a shell makes of it: the exit code, or 128 and the signal's number.</summary>
    public int Code => ExitCode ?? SignalBase + (Signal ?? 0);

    /// <summary>How long it ran.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Processor time in user mode, with those of its children it waited for; null where that is not known.</summary>
    public TimeSpan? UserTime { get; init; }

    /// <summary>Processor time in the kernel, with those of its children it waited for; null where that is not known.</summary>
    public TimeSpan? SystemTime { get; init; }

    /// <summary>
    /// The most memory one of its processes had resident, in bytes; null where it is not known. The kernel counts what this
    /// process has itself as the child's until the child has replaced it (vfork(2)): only more than that is the child's own.
    /// </summary>
    public long? PeakMemory { get; init; }

    /// <summary>Whether it was ended because its time was over.</summary>
    public bool TimedOut { get; init; }
}
