using System.Text;

namespace NfsTools.Accounting.Model;

/// <summary>
/// A finished job, with the columns of <see cref="JobColumns"/>: what is unknown is null, an empty text too. The metrics are bacct's,
/// reproduced for all 87 jobs of a real bacct text: s is the submit time, b the start (null: never started), e the end.
/// </summary>
public abstract class JobRecord : AccountingRecord, IJobValues
{
    /// <inheritdoc/>
    public override string RecordType => Text(JobColumns.RecordType)!;

    /// <summary>The scheduler's job number. Not a key: a requeued job appears once for each of its ends.</summary>
    public long JobId => Required(JobColumns.JobId);

    /// <summary>The element of a job array; 0 for a job outside arrays.</summary>
    public long ArrayIndex => Required(JobColumns.ArrayIndex);

    /// <summary>The submitting user.</summary>
    public string? User => Text(JobColumns.User);

    /// <summary>The user's numeric id.</summary>
    public long? Uid => Integer(JobColumns.Uid);

    /// <summary>The user's Unix group.</summary>
    public string? Group => Text(JobColumns.Group);

    /// <summary>The user group it is charged to, where the log says so.</summary>
    public string? UserGroup => Text(JobColumns.UserGroup);

    /// <summary>The project or account it is charged to.</summary>
    public string? Project => Text(JobColumns.Project);

    /// <summary>The queue or partition it ran in.</summary>
    public string? Queue => Text(JobColumns.Queue);

    /// <summary>The quality of service it ran under.</summary>
    public string? Qos => Text(JobColumns.Qos);

    /// <summary>The advance reservation it ran in.</summary>
    public string? Reservation => Text(JobColumns.Reservation);

    /// <summary>The application profile (-app).</summary>
    public string? App => Text(JobColumns.App);

    /// <summary>The job group (-g).</summary>
    public string? JobGroup => Text(JobColumns.JobGroup);

    /// <summary>The service class (-sla).</summary>
    public string? Sla => Text(JobColumns.Sla);

    /// <summary>The fair-share path it was charged to.</summary>
    public string? FairSharePath => Text(JobColumns.FairSharePath);

    /// <summary>The licence project (-Lp).</summary>
    public string? LicenseProject => Text(JobColumns.LicenseProject);

    /// <summary>How it ended: a word of <see cref="JobState"/>.</summary>
    public string State => Text(JobColumns.State)!;

    /// <summary>The scheduler's own word for how it ended, e.g. EXIT.</summary>
    public string? SchedulerState => Text(JobColumns.SchedulerState);

    /// <summary>Why the scheduler ended it, e.g. TERM_RUNLIMIT; null when it did not.</summary>
    public string? ExitReason => Text(JobColumns.ExitReason);

    /// <summary>The status as the log has it; LSF: the raw wait status, 65280 is exit code 255, 9 is signal 9.</summary>
    public long? ExitStatus => Integer(JobColumns.ExitStatus);

    /// <summary>The exit code, 0 to 255; null where a signal ended it.</summary>
    public long? ExitCode => Integer(JobColumns.ExitCode);

    /// <summary>The signal that ended it; null where none did.</summary>
    public long? Signal => Integer(JobColumns.Signal);

    /// <summary>The number of the reason why the scheduler ended the job (lsb.acct(5) exitInfo); 0 when it did not.</summary>
    public long? ExitInfo => Integer(JobColumns.ExitInfo);

    /// <summary>s: when it was submitted.</summary>
    public DateTimeOffset SubmitTime => Nearest(SubmitSeconds);

    /// <summary>When it could have started.</summary>
    public DateTimeOffset? EligibleTime => TimeOf(JobColumns.EligibleTime);

    /// <summary>b: when it started; null when it never did.</summary>
    public DateTimeOffset? StartTime => TimeOf(JobColumns.StartTime);

    /// <summary>e: when it ended, which is when the record was written.</summary>
    public DateTimeOffset EndTime => EventTime;

    /// <summary>When it was requeued; null for never.</summary>
    public DateTimeOffset? RequeueTime => TimeOf(JobColumns.RequeueTime);

    /// <summary>When it was forwarded to another cluster; null for never.</summary>
    public DateTimeOffset? ForwardTime => TimeOf(JobColumns.ForwardTime);

    /// <summary>How long it was pending without being eligible, in seconds.</summary>
    public long? IneligibleSeconds => Integer(JobColumns.IneligibleSeconds);

    /// <summary>How long it was suspended while it ran, in seconds.</summary>
    public long? SuspendedSeconds => Integer(JobColumns.SuspendedSeconds);

    /// <summary>The host it was submitted from.</summary>
    public string? FromHost => Text(JobColumns.FromHost);

    /// <summary>The hosts it ran on, separated by blanks; <c>4*host</c> stands for four slots on one host.</summary>
    public string? Hosts => Text(JobColumns.Hosts);

    /// <summary>Slots held while it ran.</summary>
    public long Slots => Required(JobColumns.Slots);

    /// <summary>Slots asked for.</summary>
    public long? NumProcessors => Integer(JobColumns.NumProcessors);

    /// <summary>Hosts it ran on.</summary>
    public long? Nodes => Integer(JobColumns.Nodes);

    /// <summary>Cores held while it ran.</summary>
    public long? Cpus => Integer(JobColumns.Cpus);

    /// <summary>GPUs held while it ran.</summary>
    public long? Gpus => Integer(JobColumns.Gpus);

    /// <summary>User CPU time in seconds; null where the host could not tell.</summary>
    public double? UserCpuSeconds => Real(JobColumns.UserCpuSeconds);

    /// <summary>System CPU time in seconds; null where the host could not tell.</summary>
    public double? SystemCpuSeconds => Real(JobColumns.SystemCpuSeconds);

    /// <summary>Peak resident memory in KB.</summary>
    public long? MaxMemKb => Integer(JobColumns.MaxMemKb);

    /// <summary>Average memory in KB.</summary>
    public long? AvgMemKb => Integer(JobColumns.AvgMemKb);

    /// <summary>Peak swap in KB.</summary>
    public long? MaxSwapKb => Integer(JobColumns.MaxSwapKb);

    /// <summary>Memory asked for, in KB.</summary>
    public long? RequestedMemKb => Integer(JobColumns.RequestedMemKb);

    /// <summary>The run limit in seconds; null for none.</summary>
    public long? RunLimitSeconds => Integer(JobColumns.RunLimitSeconds);

    /// <summary>Energy used, in joules.</summary>
    public double? EnergyJoules => Real(JobColumns.EnergyJoules);

    /// <summary>The CPU factor of the first host it ran on.</summary>
    public double? HostFactor => Real(JobColumns.HostFactor);

    /// <summary>MultiCluster: where it was submitted.</summary>
    public string? SrcCluster => Text(JobColumns.SrcCluster);

    /// <summary>MultiCluster: its number there.</summary>
    public long? SrcJobId => Integer(JobColumns.SrcJobId);

    /// <summary>MultiCluster: where it ran.</summary>
    public string? DstCluster => Text(JobColumns.DstCluster);

    /// <summary>MultiCluster: its number there.</summary>
    public long? DstJobId => Integer(JobColumns.DstJobId);

    /// <summary>The resource requirement, as asked for.</summary>
    public string? ResReq => Text(JobColumns.ResReq);

    /// <summary>The resource requirement in force after queue and application were merged in.</summary>
    public string? EffectiveResReq => Text(JobColumns.EffectiveResReq);

    /// <summary>The dependency condition (-w).</summary>
    public string? DependCond => Text(JobColumns.DependCond);

    /// <summary>The working directory.</summary>
    public string? Cwd => Text(JobColumns.Cwd);

    /// <summary>The job's name.</summary>
    public string? JobName => Text(JobColumns.JobName);

    /// <summary>The command line, as submitted.</summary>
    public string? Command => Text(JobColumns.Command);

    /// <summary>CPU_T: user and system time; what the host could not tell counts 0.</summary>
    public double CpuSeconds => (UserCpuSeconds ?? 0) + (SystemCpuSeconds ?? 0);

    /// <summary>WAIT: b - s, or e - s for a job that never started. A clock set back counts 0.</summary>
    public long WaitSeconds => JobNumbers.Wait(SubmitSeconds, StartSeconds, EventSeconds);

    /// <summary>TURNAROUND: e - s. A clock set back counts 0.</summary>
    public long TurnaroundSeconds => JobNumbers.Turnaround(SubmitSeconds, EventSeconds);

    /// <summary>Run time: e - b; 0 for a job that never started. A clock set back counts 0.</summary>
    public long RunSeconds => JobNumbers.Run(StartSeconds, EventSeconds);

    /// <summary>Slots x run time, in seconds.</summary>
    public long SlotSeconds => (long)Int128.Min((Int128)Slots * RunSeconds, long.MaxValue);

    /// <summary>HOG_FACTOR: CPU_T / TURNAROUND; 0 when turnaround is 0.</summary>
    public double HogFactor => JobNumbers.Hog(CpuSeconds, TurnaroundSeconds);

    /// <summary>TURNAROUND / run time; the turnaround itself when run time is 0.</summary>
    public double ExpansionFactor => JobNumbers.Expansion(TurnaroundSeconds, RunSeconds);

    /// <summary>Whether it ended well; every other job counts as exited.</summary>
    internal bool Done => State == JobState.Done;

    internal override long EventSeconds => Required(JobColumns.EndTime);

    internal long SubmitSeconds => Required(JobColumns.SubmitTime);

    internal long? StartSeconds => Integer(JobColumns.StartTime);

    /// <summary>A column's value: text, a whole number, a number, or a time; null where it is unknown.</summary>
    public object? this[JobColumn column] => column.Kind switch
    {
        ColumnKind.Integer => column.Whole is { } whole ? whole(this) : Integer(column),
        ColumnKind.Real => column.Number is { } number ? number(this) : Real(column),
        ColumnKind.Time => TimeOf(column),
        _ => Text(column),
    };

    /// <summary>Nobody reads it any more: what it was read into may serve the next one.</summary>
    internal virtual void LetGo()
    {
    }

    /// <summary>A whole number or time that is stored.</summary>
    internal abstract long? Integer(JobColumn column);

    long? IJobValues.Integer(JobColumn column) => Integer(column);

    /// <summary>A number that is stored.</summary>
    internal abstract double? Real(JobColumn column);

    double? IJobValues.Real(JobColumn column) => Real(column);

    /// <summary>A text; null for an empty one.</summary>
    internal abstract string? Text(JobColumn column);

    /// <summary>A text as valid UTF-8, empty for none. The span may point into a buffer that the next call overwrites.</summary>
    internal virtual ReadOnlySpan<byte> Utf8(JobColumn column) => Encoding.UTF8.GetBytes(Text(column) ?? "");

    private long Required(JobColumn column) => Integer(column) ?? 0;

    private DateTimeOffset? TimeOf(JobColumn column) => Integer(column) is { } seconds ? Nearest(seconds) : null;
}
