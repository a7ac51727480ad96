using System.Text;

namespace NfsTools.Accounting.Model;

/// <summary>
/// A finished job. The metrics are bacct's, reproduced for all 87 jobs of a real bacct text:
/// s is the submit time, b the start (0: never started), e the end.
/// </summary>
public abstract class JobRecord : AccountingRecord
{
    /// <summary>The scheduler's job number. Not a key: a requeued job appears once for each of its ends.</summary>
    public abstract long JobId { get; }

    /// <summary>The element of a job array; 0 for a job outside arrays.</summary>
    public abstract int ArrayIndex { get; }

    /// <summary>The submitting user.</summary>
    public string User => Text(JobText.User);

    /// <summary>The queue it ran in.</summary>
    public string Queue => Text(JobText.Queue);

    /// <summary>The project it is charged to.</summary>
    public string Project => Text(JobText.Project);

    /// <summary>How it ended: DONE or EXIT.</summary>
    public string State => Text(JobText.State);

    /// <summary>The job's name; may be empty.</summary>
    public string JobName => Text(JobText.JobName);

    /// <summary>The command line, as submitted.</summary>
    public string Command => Text(JobText.Command);

    /// <summary>The hosts it ran on, separated by blanks; <c>4*host</c> stands for four slots on one host.</summary>
    public string Hosts => Text(JobText.Hosts);

    /// <summary>The host it was submitted from.</summary>
    public string FromHost => Text(JobText.FromHost);

    /// <summary>The working directory.</summary>
    public string Cwd => Text(JobText.Cwd);

    /// <summary>The application profile (-app).</summary>
    public string App => Text(JobText.App);

    /// <summary>The user group it is charged to, where the log says so.</summary>
    public string UserGroup => Text(JobText.UserGroup);

    /// <summary>The job group (-g).</summary>
    public string JobGroup => Text(JobText.JobGroup);

    /// <summary>The service class (-sla).</summary>
    public string Sla => Text(JobText.Sla);

    /// <summary>The resource requirement, as asked for.</summary>
    public string ResReq => Text(JobText.ResReq);

    /// <summary>The resource requirement in force after queue and application were merged in.</summary>
    public string EffectiveResReq => Text(JobText.EffectiveResReq);

    /// <summary>The dependency condition (-w).</summary>
    public string DependCond => Text(JobText.DependCond);

    /// <summary>s: when it was submitted.</summary>
    public DateTimeOffset SubmitTime => Nearest(SubmitSeconds);

    /// <summary>b: when it started; null when it never did.</summary>
    public DateTimeOffset? StartTime => Time(StartSeconds);

    /// <summary>e: when it ended, which is when the record was written.</summary>
    public DateTimeOffset EndTime => EventTime;

    /// <summary>The raw wait status: 65280 is exit code 255, 9 is signal 9.</summary>
    public abstract int ExitStatus { get; }

    /// <summary>Why the scheduler ended the job (lsb.acct(5) exitInfo); 0 when it did not.</summary>
    public abstract int ExitInfo { get; }

    /// <summary>Slots asked for.</summary>
    public abstract int NumProcessors { get; }

    /// <summary>Slots held while it ran.</summary>
    public abstract int Slots { get; }

    /// <summary>User CPU time in seconds; negative where the host could not tell.</summary>
    public abstract double UserCpuSeconds { get; }

    /// <summary>System CPU time in seconds; negative where the host could not tell.</summary>
    public abstract double SystemCpuSeconds { get; }

    /// <summary>Peak resident memory in KB.</summary>
    public abstract long MaxMemKb { get; }

    /// <summary>Peak swap in KB.</summary>
    public abstract long MaxSwapKb { get; }

    /// <summary>Average memory in KB; 0 where the log has none.</summary>
    public abstract long AvgMemKb { get; }

    /// <summary>The run limit in seconds; 0 or negative for none.</summary>
    public abstract long RunLimitSeconds { get; }

    /// <summary>CPU_T: user and system time; a value the host could not tell (below 0) counts 0.</summary>
    public double CpuSeconds => Math.Max(0, UserCpuSeconds) + Math.Max(0, SystemCpuSeconds);

    /// <summary>WAIT: b - s, or e - s for a job that never started. A clock set back counts 0.</summary>
    public long WaitSeconds => Math.Max(0, (StartSeconds > 0 ? StartSeconds : EventSeconds) - SubmitSeconds);

    /// <summary>TURNAROUND: e - s. A clock set back counts 0.</summary>
    public long TurnaroundSeconds => Math.Max(0, EventSeconds - SubmitSeconds);

    /// <summary>Run time: e - b; 0 for a job that never started. A clock set back counts 0.</summary>
    public long RunSeconds => StartSeconds > 0 ? Math.Max(0, EventSeconds - StartSeconds) : 0;

    /// <summary>Slots x run time, in seconds.</summary>
    public long SlotSeconds => (long)Int128.Min((Int128)Slots * RunSeconds, long.MaxValue);

    /// <summary>HOG_FACTOR: CPU_T / TURNAROUND; 0 when turnaround is 0.</summary>
    public double HogFactor => TurnaroundSeconds > 0 ? CpuSeconds / TurnaroundSeconds : 0;

    /// <summary>TURNAROUND / run time; the turnaround itself when run time is 0.</summary>
    public double ExpansionFactor => (double)TurnaroundSeconds / Math.Max(1, RunSeconds);

    /// <summary>Whether it ended well (State DONE); every other job counts as exited.</summary>
    internal abstract bool Done { get; }

    internal abstract long SubmitSeconds { get; }

    internal abstract long StartSeconds { get; }

    internal abstract long UserId { get; }

    internal abstract string Text(JobText field);

    /// <summary>The field as valid UTF-8. The span may point into a buffer that the next call overwrites.</summary>
    internal virtual ReadOnlySpan<byte> Utf8(JobText field) => Encoding.UTF8.GetBytes(Text(field));
}
