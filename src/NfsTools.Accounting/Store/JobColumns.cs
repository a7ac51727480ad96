using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>
/// The columns of a job, in one place: what the table is made of, what a record writes into them and what a query reads back.
/// Times are seconds since 1970-01-01 UTC, durations seconds, memory KB.
/// </summary>
internal static class JobColumns
{
    /// <summary>Texts that come again and again: the table holds their numbers, the view the texts.</summary>
    public static readonly (JobText Text, string Name)[] Dictionary =
    [
        (JobText.User, "user"), (JobText.Queue, "queue"), (JobText.Project, "project"), (JobText.State, "state"), (JobText.Hosts, "hosts"),
        (JobText.FromHost, "from_host"), (JobText.App, "app"), (JobText.UserGroup, "user_group"), (JobText.JobGroup, "job_group"),
        (JobText.Sla, "sla"), (JobText.ResReq, "res_req"), (JobText.EffectiveResReq, "effective_res_req"),
    ];

    /// <summary>Texts that are mostly unlike each other: kept in the row.</summary>
    public static readonly (JobText Text, string Name)[] Inline = [(JobText.Cwd, "cwd"), (JobText.DependCond, "depend_cond"), (JobText.JobName, "job_name"), (JobText.Command, "command")];

    public static readonly (string Name, Func<JobRecord, long> Value)[] Integers =
    [
        ("job_id", j => j.JobId), ("array_index", j => j.ArrayIndex), ("submit_time", j => j.SubmitSeconds),
        ("event_time", j => j.EventSeconds), ("start_time", j => j.StartSeconds), ("uid", j => j.UserId),
        ("done", j => j.Done ? 1 : 0), ("exit_status", j => j.ExitStatus), ("exit_info", j => j.ExitInfo),
        ("num_processors", j => j.NumProcessors), ("slots", j => j.Slots),
        ("wait_seconds", j => j.WaitSeconds), ("turnaround_seconds", j => j.TurnaroundSeconds), ("run_seconds", j => j.RunSeconds),
        ("max_mem_kb", j => j.MaxMemKb), ("max_swap_kb", j => j.MaxSwapKb), ("avg_mem_kb", j => j.AvgMemKb),
        ("run_limit_seconds", j => j.RunLimitSeconds), ("content_hash", j => j.ContentHash),
    ];

    public static readonly (string Name, Func<JobRecord, double> Value)[] Reals =
    [
        ("user_cpu_seconds", j => j.UserCpuSeconds), ("system_cpu_seconds", j => j.SystemCpuSeconds), ("cpu_seconds", j => j.CpuSeconds),
        ("hog_factor", j => j.HogFactor), ("expansion_factor", j => j.ExpansionFactor),
    ];

    /// <summary>The columns of the table that a record fills: those of the dictionary, integers, reals, texts.</summary>
    public static readonly string[] All =
        [.. Dictionary.Select(c => c.Name + "_id"), .. Integers.Select(c => c.Name), .. Reals.Select(c => c.Name), .. Inline.Select(c => c.Name)];
}
