using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>Rows without a header, in one of the two layouts that others have sacct write: each is told by its row.</summary>
/// <param name="settings">What is said of the log.</param>
internal sealed class SlurmHeadless(LogSettings settings) : LogContext(default, settings)
{
    /// <summary>Open XDMoD's 26 columns.</summary>
    public SlurmContext Xdmod { get; } = new(default, settings,
    [
        "JobID", "JobIDRaw", "Cluster", "Partition", "QOS", "Account", "Group", "GID", "User", "UID", "Submit", "Eligible", "Start", "End", "Elapsed",
        "ExitCode", "State", "NNodes", "NCPUS", "ReqCPUS", "ReqMem", "ReqTRES", "AllocTRES", "Timelimit", "NodeList", "JobName",
    ]);

    /// <summary>APEL's 15 columns; the eighth is CPUTimeRAW or TotalCPU.</summary>
    public SlurmContext Apel { get; } = new(default, settings,
    [
        "JobID", "JobName", "User", "Group", "Start", "End", "Elapsed", "CPU", "Partition", "NCPUS", "NNodes", "NodeList", "MaxRSS", "MaxVMSize", "State",
    ]);
}
