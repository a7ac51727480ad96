using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>
/// What an Exit_status means: below 0 it is PBS's own (PBS: pbs's job.h; Torque: Administrator Guide, "Job exit status"), else the script's
/// exit code, with 256 (the server) or 128 (a shell) added to the signal that ended it.
/// </summary>
internal static class PbsExit
{
    private const int ServerSignals = 256;
    private const int ShellSignals = 128;
    private const int MostSignal = 64;

    private static readonly (string Name, string State)[] Common =
    [
        ("JOB_EXEC_OK", JobState.Done), ("JOB_EXEC_FAIL1", JobState.Failed), ("JOB_EXEC_FAIL2", JobState.Failed), ("JOB_EXEC_RETRY", JobState.Requeued),
        ("JOB_EXEC_INITABT", JobState.NodeFail), ("JOB_EXEC_INITRST", JobState.NodeFail), ("JOB_EXEC_INITRMG", JobState.NodeFail), ("JOB_EXEC_BADRESRT", JobState.Failed),
    ];

    private static readonly (string Name, string State)?[] Pbs =
    [
        .. Common, null, null, ("JOB_EXEC_FAILUID", JobState.Failed), ("JOB_EXEC_RERUN", JobState.Requeued), ("JOB_EXEC_CHKP", JobState.Requeued),
        ("JOB_EXEC_FAIL_PASSWORD", JobState.Failed), ("JOB_EXEC_RERUN_SIS_FAIL", JobState.Requeued), ("JOB_EXEC_QUERST", JobState.Requeued),
        ("JOB_EXEC_FAILHOOK_RERUN", JobState.Requeued), ("JOB_EXEC_FAILHOOK_DELETE", JobState.Failed), ("JOB_EXEC_HOOK_RERUN", JobState.Requeued),
        ("JOB_EXEC_HOOK_DELETE", JobState.Cancelled), ("JOB_EXEC_RERUN_MS_FAIL", JobState.NodeFail), ("JOB_EXEC_FAIL_SECURITY", JobState.Failed),
        ("JOB_EXEC_HOOKERROR", JobState.Failed), ("JOB_EXEC_FAIL_KRB5", JobState.Failed), ("JOB_EXEC_KILL_NCPUS_BURST", JobState.Failed),
        ("JOB_EXEC_KILL_NCPUS_SUM", JobState.Failed), ("JOB_EXEC_KILL_VMEM", JobState.OutOfMemory), ("JOB_EXEC_KILL_MEM", JobState.OutOfMemory),
        ("JOB_EXEC_KILL_CPUT", JobState.Timeout), ("JOB_EXEC_KILL_WALLTIME", JobState.Timeout), ("JOB_EXEC_JOINJOB", JobState.Failed),
    ];

    private static readonly (string Name, string State)?[] Torque =
    [
        .. Common, ("JOB_EXEC_CMDFAIL", JobState.Failed), ("JOB_EXEC_STDOUTFAIL", JobState.Failed), ("JOB_EXEC_OVERLIMIT_MEM", JobState.OutOfMemory),
        ("JOB_EXEC_OVERLIMIT_WT", JobState.Timeout), ("JOB_EXEC_OVERLIMIT_CPUT", JobState.Timeout), ("JOB_EXEC_RETRY_CGROUP", JobState.Requeued),
        ("JOB_EXEC_RETRY_PROLOGUE", JobState.Requeued),
    ];

    /// <summary>The signal; null where none ended it.</summary>
    public static long? SignalOf(long? status) => status switch
    {
        > ServerSignals and <= ServerSignals + MostSignal => status - ServerSignals,
        > ShellSignals and <= ShellSignals + MostSignal => status - ShellSignals,
        _ => null,
    };

    /// <summary>The exit code, 0 to 255; null where there is none.</summary>
    public static long? CodeOf(long? status) => SignalOf(status) is null && status is >= 0 and < ServerSignals ? status : null;

    /// <summary>PBS's name for a status below 0; null for none.</summary>
    public static string? ReasonOf(long? status, bool isTorque) => status < 0 ? Find(status.Value, isTorque)?.Name : null;

    /// <summary>How the job ended.</summary>
    public static string StateOf(long? status, bool isTorque) => status switch
    {
        null => JobState.Unknown,
        0 => JobState.Done,
        < 0 => Find(status.Value, isTorque)?.State ?? JobState.Failed,
        _ => JobState.Failed,
    };

    // The two have drifted apart from -8 on.
    private static (string Name, string State)? Find(long status, bool isTorque) =>
        (isTorque ? Torque : Pbs) is var names && status > -names.Length ? names[-status] : null;
}
