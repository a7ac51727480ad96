using static NfsTools.Accounting.Model.ColumnKind;

namespace NfsTools.Accounting.Model;

/// <summary>
/// The columns of a job, whatever scheduler it ran under: tables, filters, keys of groups, output and completion are made from them.
/// Unknown is null, an empty text too. Times are seconds since 1970-01-01 UTC, durations seconds, memory KB.
/// </summary>
public static class JobColumns
{
    private static readonly List<JobColumn> Rows = [];

#pragma warning disable CS1591 // Each says what it is in its help.
    public static readonly JobColumn JobId = Add("jobId", Integer, "The scheduler's job number; a requeued job appears once for each of its ends.", required: true);
    public static readonly JobColumn ArrayIndex = Add("arrayIndex", Integer, "The element of a job array; 0 for a job outside arrays.", required: true);
    public static readonly JobColumn User = Add("user", Text, "The submitting user.");
    public static readonly JobColumn Queue = Add("queue", Text, "The queue or partition it ran in.");
    public static readonly JobColumn Project = Add("project", Text, "The project or account it is charged to.");
    public static readonly JobColumn State = Add("state", Text, "How it ended: DONE, FAILED, CANCELLED, TIMEOUT, OUT_OF_MEMORY, NODE_FAIL, PREEMPTED, REQUEUED.", required: true);
    public static readonly JobColumn JobName = Add("jobName", FreeText, "The job's name.");
    public static readonly JobColumn Command = Add("command", FreeText, "The command line, as submitted.");
    public static readonly JobColumn Hosts = Add("hosts", Text, "The hosts it ran on, separated by blanks; 4*host stands for four slots.");
    public static readonly JobColumn Slots = Add("slots", Integer, "Slots held while it ran.", required: true);
    public static readonly JobColumn NumProcessors = Add("numProcessors", Integer, "Slots asked for.");
    public static readonly JobColumn SubmitTime = Add("submitTime", Time, "When it was submitted.", required: true);
    public static readonly JobColumn StartTime = Add("startTime", Time, "When it started.");
    public static readonly JobColumn EndTime = Add("endTime", Time, "When it ended.", required: true);
    public static readonly JobColumn ExitStatus = Add("exitStatus", Integer, "The status as the log has it; LSF: the raw wait status, 65280 is exit code 255.", code: true);
    public static readonly JobColumn ExitInfo = Add("exitInfo", Integer, "The number of the reason as the log has it (lsb.acct(5) exitInfo).", code: true);

    public static readonly JobColumn CpuSeconds = Derive(
        "cpuSeconds",
        "CPU_T: user and system CPU time.",
        "coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0)",
        j => j.CpuSeconds);

    public static readonly JobColumn WaitSeconds = Derive(
        "waitSeconds",
        "WAIT: from its submission to its start, or to its end where it never started.",
        "{greatest}(coalesce(start_time, end_time) - submit_time, 0)",
        j => j.WaitSeconds);

    public static readonly JobColumn TurnaroundSeconds = Derive(
        "turnaroundSeconds",
        "TURNAROUND: from its submission to its end.",
        "{greatest}(end_time - submit_time, 0)",
        j => j.TurnaroundSeconds);

    public static readonly JobColumn RunSeconds = Derive(
        "runSeconds",
        "From its start to its end; 0 where it never started.",
        "{greatest}(end_time - coalesce(start_time, end_time), 0)",
        j => j.RunSeconds);

    public static readonly JobColumn SlotSeconds = Derive(
        "slotSeconds",
        "Slots times run time.",
        "CAST(slots AS DOUBLE PRECISION) * {greatest}(end_time - coalesce(start_time, end_time), 0)",
        j => j.SlotSeconds);

    public static readonly JobColumn HogFactor = Derive(
        "hogFactor",
        "HOG_FACTOR: CPU_T by TURNAROUND.",
        "CASE WHEN end_time > submit_time THEN (coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0)) / (end_time - submit_time) ELSE 0 END",
        j => j.HogFactor);

    public static readonly JobColumn ExpansionFactor = Derive(
        "expansionFactor",
        "TURNAROUND by run time.",
        "CAST({greatest}(end_time - submit_time, 0) AS DOUBLE PRECISION) / {greatest}(end_time - coalesce(start_time, end_time), 1)",
        j => j.ExpansionFactor);

    public static readonly JobColumn UserCpuSeconds = Add("userCpuSeconds", Real, "User CPU time.");
    public static readonly JobColumn SystemCpuSeconds = Add("systemCpuSeconds", Real, "System CPU time.");
    public static readonly JobColumn MaxMemKb = Add("maxMemKb", Integer, "Peak memory.");
    public static readonly JobColumn MaxSwapKb = Add("maxSwapKb", Integer, "Peak swap.");
    public static readonly JobColumn AvgMemKb = Add("avgMemKb", Integer, "Average memory.");
    public static readonly JobColumn RunLimitSeconds = Add("runLimitSeconds", Integer, "The run limit.");
    public static readonly JobColumn FromHost = Add("fromHost", Text, "The host it was submitted from.");
    public static readonly JobColumn Cwd = Add("cwd", FreeText, "The working directory.");
    public static readonly JobColumn App = Add("app", Text, "The application profile.");
    public static readonly JobColumn UserGroup = Add("userGroup", Text, "The user group it is charged to.");
    public static readonly JobColumn JobGroup = Add("jobGroup", Text, "The job group.");
    public static readonly JobColumn Sla = Add("sla", Text, "The service class.");
    public static readonly JobColumn ResReq = Add("resReq", Text, "The resource requirement, as asked for.");
    public static readonly JobColumn EffectiveResReq = Add("effectiveResReq", Text, "The resource requirement in force after queue and application were merged in.");
    public static readonly JobColumn DependCond = Add("dependCond", FreeText, "The dependency condition.");
    public static readonly JobColumn Uid = Add("uid", Integer, "The user's numeric id.", code: true);
    public static readonly JobColumn Group = Add("group", Text, "The user's Unix group.");
    public static readonly JobColumn Qos = Add("qos", Text, "The quality of service it ran under.");
    public static readonly JobColumn Reservation = Add("reservation", Text, "The advance reservation it ran in.");
    public static readonly JobColumn FairSharePath = Add("fairSharePath", Text, "The fair-share path it was charged to.");
    public static readonly JobColumn LicenseProject = Add("licenseProject", Text, "The licence project.");
    public static readonly JobColumn SchedulerState = Add("schedulerState", Text, "The scheduler's own word for it, e.g. EXIT.");
    public static readonly JobColumn ExitReason = Add("exitReason", Text, "Why the scheduler ended it, e.g. TERM_RUNLIMIT.");
    public static readonly JobColumn ExitCode = Add("exitCode", Integer, "The exit code, 0 to 255.", code: true);
    public static readonly JobColumn Signal = Add("signal", Integer, "The signal that ended it.", code: true);
    public static readonly JobColumn EligibleTime = Add("eligibleTime", Time, "When it could have started.");
    public static readonly JobColumn RequeueTime = Add("requeueTime", Time, "When it was requeued.");
    public static readonly JobColumn ForwardTime = Add("forwardTime", Time, "When it was forwarded to another cluster.");
    public static readonly JobColumn IneligibleSeconds = Add("ineligibleSeconds", Integer, "How long it was pending without being eligible.");
    public static readonly JobColumn SuspendedSeconds = Add("suspendedSeconds", Integer, "How long it was suspended while it ran.");
    public static readonly JobColumn Nodes = Add("nodes", Integer, "Hosts it ran on.");
    public static readonly JobColumn Cpus = Add("cpus", Integer, "Cores held while it ran.");
    public static readonly JobColumn Gpus = Add("gpus", Integer, "GPUs held while it ran.");
    public static readonly JobColumn RequestedMemKb = Add("requestedMemKb", Integer, "Memory asked for.");
    public static readonly JobColumn EnergyJoules = Add("energyJoules", Real, "Energy used.");
    public static readonly JobColumn HostFactor = Add("hostFactor", Real, "The CPU factor of the first host it ran on.");
    public static readonly JobColumn SrcCluster = Add("srcCluster", Text, "MultiCluster: where it was submitted.");
    public static readonly JobColumn SrcJobId = Add("srcJobId", Integer, "MultiCluster: its number there.");
    public static readonly JobColumn DstCluster = Add("dstCluster", Text, "MultiCluster: where it ran.");
    public static readonly JobColumn DstJobId = Add("dstJobId", Integer, "MultiCluster: its number there.");
    public static readonly JobColumn RecordType = Add("recordType", Text, "The record's type as the log names it, e.g. JOB_FINISH.", required: true);
#pragma warning restore CS1591

    /// <summary>All of them.</summary>
    public static IReadOnlyList<JobColumn> All { get; } = Rows;

    /// <summary>Those that are stored, in the order of the table.</summary>
    internal static IReadOnlyList<JobColumn> Stored { get; } = [.. Rows.Where(c => !c.IsDerived)];

    /// <summary>The column of a name, upper and lower case being the same; null where there is none.</summary>
    public static JobColumn? Find(string name) => Rows.Find(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static JobColumn Add(string name, ColumnKind kind, string help, bool required = false, bool code = false)
    {
        Rows.Add(new JobColumn(Rows.Count, name, kind, help) { IsRequired = required, IsCode = code, Place = Rows.Count(c => !c.IsDerived) });
        return Rows[^1];
    }

    private static JobColumn Derive(string name, string help, string formula, Func<JobRecord, long> value)
    {
        Rows.Add(new JobColumn(Rows.Count, name, Integer, help) { Formula = formula, Whole = j => value(j) });
        return Rows[^1];
    }

    private static JobColumn Derive(string name, string help, string formula, Func<JobRecord, double> value)
    {
        Rows.Add(new JobColumn(Rows.Count, name, Real, help) { Formula = formula, Number = j => value(j) });
        return Rows[^1];
    }
}
