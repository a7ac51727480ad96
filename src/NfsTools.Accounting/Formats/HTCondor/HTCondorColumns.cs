using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>What the columns of a job are taken from. A column that HTCondor does not know has no entry.</summary>
internal static class HTCondorColumns
{
    /// <summary>Whole numbers and times, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<HTCondorJob, long?>?[] Integers = new Func<HTCondorJob, long?>?[JobColumns.All.Count];

    /// <summary>Numbers, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly HTCondorKey?[] Reals = new HTCondorKey?[JobColumns.All.Count];

    /// <summary>Texts in UTF-8, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly TextOf?[] Texts = new TextOf?[JobColumns.All.Count];

    private const long KibInMib = 1024;
    private const long MostExitCode = 255;
    private static readonly Dictionary<string, byte[]> States = JobState.All.ToDictionary(s => s, Encoding.ASCII.GetBytes);
    private static readonly byte[] Type = Encoding.ASCII.GetBytes(HTCondorJob.Type);

    static HTCondorColumns()
    {
        Reals[JobColumns.UserCpuSeconds.Index] = HTCondorKey.RemoteUserCpu;
        Reals[JobColumns.SystemCpuSeconds.Index] = HTCondorKey.RemoteSysCpu;

        Integers[JobColumns.JobId.Index] = j => j.Ad.Integer(HTCondorKey.ClusterId);
        Integers[JobColumns.ArrayIndex.Index] = j => j.Ad.Integer(HTCondorKey.ProcId);
        Integers[JobColumns.SubmitTime.Index] = j => j.Ad.Time(HTCondorKey.QDate);
        Integers[JobColumns.StartTime.Index] = j => j.Start;
        Integers[JobColumns.EndTime.Index] = j => j.End;
        Integers[JobColumns.Slots.Index] = j => (j.SlotCpus ?? 1) * j.NodeSlots;
        Integers[JobColumns.NumProcessors.Index] = j => j.Ad.Count(HTCondorKey.RequestCpus) * j.NodeSlots;
        Integers[JobColumns.Cpus.Index] = j => j.SlotCpus * j.NodeSlots;
        Integers[JobColumns.Gpus.Index] = j => GpusOf(j) * j.NodeSlots;
        Integers[JobColumns.Nodes.Index] = j => j.HostText.IsEmpty ? null : j.HostText.Count((byte)' ') + 1;
        Integers[JobColumns.RequestedMemKb.Index] = j => j.Ad.Count(HTCondorKey.RequestMemory) * KibInMib;
        Integers[JobColumns.MaxMemKb.Index] = MaxMemOf;
        Integers[JobColumns.MaxSwapKb.Index] = j => Size(j, HTCondorKey.ImageSize_RAW) ?? Size(j, HTCondorKey.ImageSize);
        Integers[JobColumns.RunLimitSeconds.Index] = j => j.Ad.Count(HTCondorKey.AllowedExecuteDuration) ?? j.Ad.Count(HTCondorKey.AllowedJobDuration);
        Integers[JobColumns.SuspendedSeconds.Index] = j => Size(j, HTCondorKey.CumulativeSuspensionTime);
        Integers[JobColumns.ExitStatus.Index] = ExitCodeOf;
        Integers[JobColumns.ExitCode.Index] = j => ExitCodeOf(j) is >= 0 and <= MostExitCode and var code ? code : null;
        Integers[JobColumns.Signal.Index] = j => IsCompleted(j) && j.Ad.Flag(HTCondorKey.ExitBySignal) == true ? j.Ad.Integer(HTCondorKey.ExitSignal) : null;
        Integers[JobColumns.ExitInfo.Index] = j => HTCondorStatus.HoldReasonCode(j.Ad);

        Texts[JobColumns.RecordType.Index] = _ => Type;
        Texts[JobColumns.State.Index] = j => States[HTCondorStatus.StateOf(j.Ad)];
        Texts[JobColumns.SchedulerState.Index] = j => IsCompleted(j) ? "COMPLETED"u8 : "REMOVED"u8;
        Texts[JobColumns.ExitReason.Index] = ExitReasonOf;
        Texts[JobColumns.User.Index] = UserOf;
        Texts[JobColumns.Project.Index] = ProjectOf;
        Texts[JobColumns.FairSharePath.Index] = j => j.Ad.Utf8(HTCondorKey.AccountingGroup);
        Texts[JobColumns.JobName.Index] = j => j.Ad.Utf8(HTCondorKey.JobBatchName);
        Texts[JobColumns.Command.Index] = CommandOf;
        Texts[JobColumns.Cwd.Index] = j => j.Ad.Utf8(HTCondorKey.Iwd);
        Texts[JobColumns.Hosts.Index] = j => j.HostText;
        Texts[JobColumns.FromHost.Index] = j => HTCondorId.HostOf(j.Ad.Utf8(HTCondorKey.GlobalJobId));
        Texts[JobColumns.ResReq.Index] = j => j.Ad.Expression(HTCondorKey.Requirements);
    }

    /// <summary>A text of a record.</summary>
    public delegate ReadOnlySpan<byte> TextOf(HTCondorJob job);

    private static bool IsCompleted(HTCondorJob job) => job.Ad.Integer(HTCondorKey.JobStatus) == HTCondorStatus.Completed;

    private static long? Size(HTCondorJob job, HTCondorKey key) => job.Ad.Integer(key) is >= 0 and var size ? size : null;

    private static long? MaxMemOf(HTCondorJob job) =>
        Size(job, HTCondorKey.ResidentSetSize_RAW) ?? Size(job, HTCondorKey.ResidentSetSize) ?? (job.Ad.Count(HTCondorKey.MemoryUsage) * KibInMib);

    private static ReadOnlySpan<byte> ExitReasonOf(HTCondorJob job) =>
        job.Ad.Utf8(HTCondorKey.RemoveReason) is { IsEmpty: false } removed ? removed : HTCondorStatus.WasHeld(job.Ad) ? job.Ad.Utf8(HTCondorKey.HoldReason) : [];

    // That of a removed job is of a run before.
    private static long? ExitCodeOf(HTCondorJob job) =>
        IsCompleted(job) && job.Ad.Flag(HTCondorKey.ExitBySignal) != true ? job.Ad.Integer(HTCondorKey.ExitCode) : null;

    private static long? GpusOf(HTCondorJob job) =>
        job.Ad.Count(HTCondorKey.GPUsProvisioned)
        ?? (job.Ad.Utf8(HTCondorKey.AssignedGPUs) is { IsEmpty: false } gpus ? gpus.Count((byte)',') + 1 : job.Start is null ? null : job.Ad.Count(HTCondorKey.RequestGPUs));

    private static ReadOnlySpan<byte> UserOf(HTCondorJob job) =>
        job.Ad.Utf8(HTCondorKey.Owner) is { IsEmpty: false } owner ? owner
        : job.Ad.Utf8(HTCondorKey.User) is var user && user.IndexOf((byte)'@') is var at && at >= 0 ? user[..at] : user;

    // AccountingGroup is group.user.
    private static ReadOnlySpan<byte> ProjectOf(HTCondorJob job)
    {
        if (job.Ad.Utf8(HTCondorKey.AcctGroup) is { IsEmpty: false } group)
        {
            return group;
        }

        var path = job.Ad.Utf8(HTCondorKey.AccountingGroup);
        var user = job.Ad.Utf8(HTCondorKey.AcctGroupUser) is { IsEmpty: false } named ? named : UserOf(job);
        if (path.EndsWith(user) && path.Length > user.Length && path[^(user.Length + 1)] == (byte)'.')
        {
            path = path[..^(user.Length + 1)];
        }

        return path.IsEmpty || path.SequenceEqual(user) ? job.Ad.Utf8(HTCondorKey.ProjectName) : path;
    }

    private static ReadOnlySpan<byte> CommandOf(HTCondorJob job)
    {
        var command = job.Ad.Utf8(HTCondorKey.Cmd);
        var arguments = job.Ad.Utf8(job.Ad.Has(HTCondorKey.Arguments) ? HTCondorKey.Arguments : HTCondorKey.Args);
        return arguments.IsEmpty ? command : (byte[])[.. command, (byte)' ', .. arguments];
    }
}
