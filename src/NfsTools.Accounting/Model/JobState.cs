namespace NfsTools.Accounting.Model;

/// <summary>How a job ended, in words that mean the same whatever the scheduler.</summary>
public static class JobState
{
    /// <summary>It ended well.</summary>
    public const string Done = "DONE";

    /// <summary>It ended by itself, and not well.</summary>
    public const string Failed = "FAILED";

    /// <summary>Its owner or an administrator ended it.</summary>
    public const string Cancelled = "CANCELLED";

    /// <summary>It ran into a limit of time.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>It ran into a limit of memory.</summary>
    public const string OutOfMemory = "OUT_OF_MEMORY";

    /// <summary>Its host failed.</summary>
    public const string NodeFail = "NODE_FAIL";

    /// <summary>It made room for another job.</summary>
    public const string Preempted = "PREEMPTED";

    /// <summary>It was put back into its queue; a later record tells of its next end.</summary>
    public const string Requeued = "REQUEUED";

    /// <summary>The log says what none of the other words means.</summary>
    public const string Unknown = "UNKNOWN";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Done, Failed, Cancelled, Timeout, OutOfMemory, NodeFail, Preempted, Requeued, Unknown];
}
