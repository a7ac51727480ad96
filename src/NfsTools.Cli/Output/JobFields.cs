using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Output;

/// <summary>
/// A job's fields, in order. Times are seconds since 1970-01-01 UTC, durations seconds, memory KB; startTime is nothing for a
/// job that never started.
/// </summary>
internal static class JobFields
{
    public static IReadOnlyList<Field<JobRecord>> All { get; } =
    [
        new("cluster", j => j.Cluster),
        new("jobId", j => j.JobId),
        new("arrayIndex", j => j.ArrayIndex),
        new("user", j => j.User),
        new("queue", j => j.Queue),
        new("project", j => j.Project),
        new("state", j => j.State),
        new("jobName", j => j.JobName),
        new("command", j => j.Command),
        new("hosts", j => j.Hosts),
        new("slots", j => j.Slots),
        new("numProcessors", j => j.NumProcessors),
        new("submitTime", j => j.SubmitTime),
        new("startTime", j => j.StartTime),
        new("endTime", j => j.EndTime),
        new("exitStatus", j => j.ExitStatus),
        new("exitInfo", j => j.ExitInfo),
        new("cpuSeconds", j => j.CpuSeconds),
        new("waitSeconds", j => j.WaitSeconds),
        new("turnaroundSeconds", j => j.TurnaroundSeconds),
        new("runSeconds", j => j.RunSeconds),
        new("slotSeconds", j => j.SlotSeconds),
        new("hogFactor", j => j.HogFactor),
        new("expansionFactor", j => j.ExpansionFactor),
        new("userCpuSeconds", j => j.UserCpuSeconds),
        new("systemCpuSeconds", j => j.SystemCpuSeconds),
        new("maxMemKb", j => j.MaxMemKb),
        new("maxSwapKb", j => j.MaxSwapKb),
        new("avgMemKb", j => j.AvgMemKb),
        new("runLimitSeconds", j => j.RunLimitSeconds),
        new("fromHost", j => j.FromHost),
        new("cwd", j => j.Cwd),
        new("app", j => j.App),
        new("userGroup", j => j.UserGroup),
        new("jobGroup", j => j.JobGroup),
        new("sla", j => j.Sla),
        new("resReq", j => j.ResReq),
        new("effectiveResReq", j => j.EffectiveResReq),
        new("dependCond", j => j.DependCond),
    ];
}
