using System.Buffers.Text;
using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>Where the columns of a job stand in JOB_FINISH (lsb.acct(5)). A column that LSF does not know has no entry.</summary>
internal static class LsfColumns
{
    /// <summary>Whole numbers and times, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<LsfJobFinish, long?>?[] Integers = new Func<LsfJobFinish, long?>?[JobColumns.All.Count];

    /// <summary>Numbers, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<LsfJobFinish, double?>?[] Reals = new Func<LsfJobFinish, double?>?[JobColumns.All.Count];

    /// <summary>Texts in UTF-8, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly TextOf?[] Texts = new TextOf?[JobColumns.All.Count];

    // Submission extension 1075 appears to be the user group.
    private static readonly byte[] UserGroupKey = "1075"u8.ToArray();

    // exitInfo by lsbatch.h, and what it means for the job.
    private static readonly (string Name, string State)[] Reasons =
    [
        ("TERM_PREEMPT", JobState.Preempted), ("TERM_WINDOW", JobState.Timeout), ("TERM_LOAD", JobState.Failed), ("TERM_OTHER", JobState.Failed),
        ("TERM_RUNLIMIT", JobState.Timeout), ("TERM_DEADLINE", JobState.Timeout), ("TERM_PROCESSLIMIT", JobState.Failed), ("TERM_FORCE_OWNER", JobState.Cancelled),
        ("TERM_FORCE_ADMIN", JobState.Cancelled), ("TERM_REQUEUE_OWNER", JobState.Requeued), ("TERM_REQUEUE_ADMIN", JobState.Requeued), ("TERM_CPULIMIT", JobState.Timeout),
        ("TERM_CHKPNT", JobState.Failed), ("TERM_OWNER", JobState.Cancelled), ("TERM_ADMIN", JobState.Cancelled), ("TERM_MEMLIMIT", JobState.OutOfMemory),
        ("TERM_EXTERNAL_SIGNAL", JobState.Failed), ("TERM_RMS", JobState.Failed), ("TERM_ZOMBIE", JobState.NodeFail), ("TERM_SWAP", JobState.OutOfMemory),
        ("TERM_THREADLIMIT", JobState.Failed), ("TERM_SLURM", JobState.Failed), ("TERM_BUCKET_KILL", JobState.Cancelled), ("TERM_CTRL_PID", JobState.Failed),
        ("TERM_CWD_NOTEXIST", JobState.Failed),
    ];

    private static readonly byte[] Type = Encoding.ASCII.GetBytes(LsfJobFinish.Type);
    private static readonly byte[][] ReasonNames = [.. Reasons.Select(r => Encoding.ASCII.GetBytes(r.Name))];
    private static readonly byte[][] ReasonStates = [.. Reasons.Select(r => Encoding.ASCII.GetBytes(r.State))];

    static LsfColumns()
    {
        Text(JobColumns.RecordType, _ => Type);
        Text(JobColumns.State, StateOf);
        Text(JobColumns.SchedulerState, SchedulerStateOf);
        Text(JobColumns.ExitReason, j => ReasonOf(j) is { } reason ? ReasonNames[reason] : []);
        Text(JobColumns.Hosts, j => j.HostText());
        Text(JobColumns.UserGroup, j => j.Extension(UserGroupKey));
        Text(JobColumns.Reservation, j => j.Field(LsfField.LongRsvId) is { IsEmpty: false } whole ? whole : j.Field(LsfField.RsvId));
        foreach (var (column, field) in new[]
        {
            (JobColumns.User, LsfField.UserName), (JobColumns.Project, LsfField.ProjectName), (JobColumns.Queue, LsfField.Queue), (JobColumns.App, LsfField.App),
            (JobColumns.JobGroup, LsfField.JobGroupName), (JobColumns.Sla, LsfField.Sla), (JobColumns.FairSharePath, LsfField.ChargedSaap),
            (JobColumns.LicenseProject, LsfField.LicenseProject), (JobColumns.FromHost, LsfField.FromHost), (JobColumns.SrcCluster, LsfField.SrcCluster),
            (JobColumns.DstCluster, LsfField.DstCluster), (JobColumns.ResReq, LsfField.ResReq), (JobColumns.EffectiveResReq, LsfField.EffectiveResReq),
            (JobColumns.DependCond, LsfField.DependCond), (JobColumns.Cwd, LsfField.Cwd), (JobColumns.JobName, LsfField.JobName), (JobColumns.Command, LsfField.Command),
        })
        {
            Text(column, j => j.Field(field));
        }

        foreach (var (column, field) in new[]
        {
            (JobColumns.JobId, LsfField.JobId), (JobColumns.ArrayIndex, LsfField.ArrayIndex), (JobColumns.Uid, LsfField.UserId), (JobColumns.ExitStatus, LsfField.ExitStatus),
            (JobColumns.ExitInfo, LsfField.ExitInfo), (JobColumns.SubmitTime, LsfField.SubmitTime), (JobColumns.EndTime, LsfField.EventTime),
            (JobColumns.NumProcessors, LsfField.NumProcessors),
        })
        {
            Integer(column, j => j.Whole(field));
        }

        // Below 0 stands for what could not be told.
        foreach (var (column, field) in new[]
        {
            (JobColumns.IneligibleSeconds, LsfField.IneligiblePendTime), (JobColumns.MaxMemKb, LsfField.MaxRMem), (JobColumns.AvgMemKb, LsfField.AvgMem),
            (JobColumns.MaxSwapKb, LsfField.MaxRSwap),
        })
        {
            Integer(column, j => AtLeast(0, j.Whole(field)));
        }

        // 0 stands for never, and for none.
        foreach (var (column, field) in new[]
        {
            (JobColumns.StartTime, LsfField.StartTime), (JobColumns.RequeueTime, LsfField.RequeueTime), (JobColumns.ForwardTime, LsfField.ForwardTime),
            (JobColumns.RunLimitSeconds, LsfField.RunLimit), (JobColumns.SrcJobId, LsfField.SrcJobId), (JobColumns.DstJobId, LsfField.DstJobId),
        })
        {
            Integer(column, j => AtLeast(1, j.Whole(field)));
        }

        foreach (var (column, field) in new[]
        {
            (JobColumns.UserCpuSeconds, LsfField.Utime), (JobColumns.SystemCpuSeconds, LsfField.Stime), (JobColumns.HostFactor, LsfField.HostFactor),
            (JobColumns.EnergyJoules, LsfField.SerialJobEnergy),
        })
        {
            Reals[column.Index] = j => j.Fraction(field);
        }

        Integer(JobColumns.ExitCode, j => WaitStatus(j) is { } status && (status & 0x7f) == 0 ? status >> 8 : null);
        Integer(JobColumns.Signal, j => WaitStatus(j) is { } status && (status & 0x7f) != 0 ? status & 0x7f : null);
        Integer(JobColumns.EligibleTime, j => AtLeast(0, j.Whole(LsfField.IneligiblePendTime)) is { } pending and <= AccountingRecord.LatestTime
            && j.Whole(LsfField.SubmitTime) + pending is { } eligible and <= AccountingRecord.LatestTime ? eligible : null);
        Integer(JobColumns.SuspendedSeconds, j => j.StartSeconds is not null && AtLeast(0, j.Whole(LsfField.RunTime)) is { } ran ? Math.Max(0, j.RunSeconds - ran) : null);
        Integer(JobColumns.Slots, j => j.HeldSlots);
        Integer(JobColumns.Nodes, j => j.HostText() is { IsEmpty: false } hosts ? hosts.Count((byte)' ') + 1 : null);
        Integer(JobColumns.Gpus, GpusOf);
    }

    /// <summary>A text of a record.</summary>
    public delegate ReadOnlySpan<byte> TextOf(LsfJobFinish job);

    private static ReadOnlySpan<byte> PhysicalGpus => "ngpus_physical="u8;

    private static void Text(JobColumn column, TextOf text) => Texts[column.Index] = text;

    private static void Integer(JobColumn column, Func<LsfJobFinish, long?> value) => Integers[column.Index] = value;

    private static long? AtLeast(long least, long? value) => value >= least ? value : null;

    private static int? ReasonOf(LsfJobFinish job) => job.Whole(LsfField.ExitInfo) is { } info && info >= 1 && info <= Reasons.Length ? (int)info - 1 : null;

    private static ReadOnlySpan<byte> StateOf(LsfJobFinish job) => job.JobStatus switch
    {
        64 => "DONE"u8,
        32 => ReasonOf(job) is { } reason ? ReasonStates[reason] : "FAILED"u8,
        _ => "UNKNOWN"u8,
    };

    private static ReadOnlySpan<byte> SchedulerStateOf(LsfJobFinish job) => job.JobStatus switch { 64 => "DONE"u8, 32 => "EXIT"u8, var other => Encoding.ASCII.GetBytes($"{other}") };

    // As wait(2) has it: 16 bits.
    private static long? WaitStatus(LsfJobFinish job) => job.Whole(LsfField.ExitStatus) is >= 0 and <= 0xffff and var status ? status : null;

    // The log lists GPUs by host, with keys that IBM reserves for later; how many each host gave is in the resource requirement.
    private static long? GpusOf(LsfJobFinish job)
    {
        if (job.Count(LsfField.GpuRusages) is not { } hosts || hosts == 0)
        {
            return job.Count(LsfField.GpuRusages);
        }

        var requirement = job.Field(LsfField.EffectiveResReq);
        var at = requirement.IndexOf(PhysicalGpus);
        return at >= 0 && Utf8Parser.TryParse(requirement[(at + PhysicalGpus.Length)..], out long each, out _) && each is > 0 and <= int.MaxValue ? hosts * each : hosts;
    }
}
