using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>What the columns of a job are taken from. A column that PBS does not know has no entry.</summary>
internal static class PbsColumns
{
    /// <summary>Whole numbers and times, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<PbsJob, long?>?[] Integers = new Func<PbsJob, long?>?[JobColumns.All.Count];

    /// <summary>Numbers, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<PbsJob, double?>?[] Reals = new Func<PbsJob, double?>?[JobColumns.All.Count];

    /// <summary>Texts in UTF-8, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly TextOf?[] Texts = new TextOf?[JobColumns.All.Count];

    private static readonly Dictionary<string, byte[]> States = JobState.All.ToDictionary(s => s, Encoding.ASCII.GetBytes);

    static PbsColumns()
    {
        Texts[JobColumns.RecordType.Index] = j => j.WasPutBack ? "R"u8 : "E"u8;
        Texts[JobColumns.State.Index] = j => States[j.WasPutBack ? JobState.Requeued : PbsExit.StateOf(Status(j), j.Line.IsTorque)];
        Texts[JobColumns.ExitReason.Index] = j => PbsExit.ReasonOf(Status(j), j.Line.IsTorque) is { } reason ? Encoding.UTF8.GetBytes(reason) : [];
        Texts[JobColumns.Hosts.Index] = j => j.HostText;
        Texts[JobColumns.Project.Index] = ProjectOf;
        Texts[JobColumns.FromHost.Index] = j => j.Line.Utf8(PbsKey.Owner) is var owner && owner.IndexOf((byte)'@') is var at && at >= 0 ? owner[(at + 1)..] : [];
        Texts[JobColumns.ResReq.Index] = j => j.Line.Utf8(j.Line.Has(PbsKey.AskedSelect) ? PbsKey.AskedSelect : PbsKey.AskedNodes);
        foreach (var (column, key) in new[]
        {
            (JobColumns.User, PbsKey.User), (JobColumns.Group, PbsKey.Group), (JobColumns.Queue, PbsKey.Queue), (JobColumns.JobName, PbsKey.JobName),
            (JobColumns.Reservation, PbsKey.ReservationId), (JobColumns.Qos, PbsKey.Qos),
        })
        {
            Texts[column.Index] = j => j.Line.Utf8(key);
        }

        foreach (var (column, key) in new[]
        {
            (JobColumns.SubmitTime, PbsKey.CreateTime), (JobColumns.EligibleTime, PbsKey.EligibleTime), (JobColumns.StartTime, PbsKey.StartTime), (JobColumns.EndTime, PbsKey.EndTime),
        })
        {
            Integers[column.Index] = j => j.Line.Time(key);
        }

        foreach (var (column, key) in new[] { (JobColumns.MaxMemKb, PbsKey.UsedMem), (JobColumns.MaxSwapKb, PbsKey.UsedVmem), (JobColumns.RequestedMemKb, PbsKey.AskedMem) })
        {
            Integers[column.Index] = j => PbsValues.Kilobytes(j.Line.Raw(key));
        }

        Integers[JobColumns.JobId.Index] = j => j.Number;
        Integers[JobColumns.ArrayIndex.Index] = j => j.Element;
        Integers[JobColumns.Slots.Index] = j => j.HeldSlots;
        Integers[JobColumns.NumProcessors.Index] = j => PbsJob.AskedSlots(j.Line);
        Integers[JobColumns.Nodes.Index] = j => j.HostText.IsEmpty ? null : j.HostText.Count((byte)' ') + 1;
        Integers[JobColumns.Cpus.Index] = CpusOf;
        Integers[JobColumns.Gpus.Index] = GpusOf;
        Integers[JobColumns.ExitStatus.Index] = Status;
        Integers[JobColumns.ExitCode.Index] = j => PbsExit.CodeOf(Status(j));
        Integers[JobColumns.Signal.Index] = j => PbsExit.SignalOf(Status(j));
        Integers[JobColumns.RunLimitSeconds.Index] = j => (long?)j.Line.Seconds(PbsKey.AskedWallTime);

        // User and system time together: PBS does not tell them apart.
        Reals[JobColumns.UserCpuSeconds.Index] = j => j.Line.Seconds(PbsKey.UsedCpuTime);
    }

    /// <summary>A text of a record.</summary>
    public delegate ReadOnlySpan<byte> TextOf(PbsJob job);

    private static ReadOnlySpan<byte> NoProject => "_pbs_project_default"u8;

    private static long? Status(PbsJob job) => job.Line.Integer(PbsKey.ExitStatus);

    private static ReadOnlySpan<byte> ProjectOf(PbsJob job) =>
        job.Line.Utf8(PbsKey.Account) is { IsEmpty: false } account ? account
        : job.Line.Utf8(PbsKey.Project) is var project && project.SequenceEqual(NoProject) ? [] : project;

    private static long? CpusOf(PbsJob job) =>
        PbsValues.SumOf(job.Line.Raw(PbsKey.ExecVnode), ":ncpus="u8) ?? job.Line.Integer(PbsKey.UsedCpus) ?? (job.HostText.IsEmpty ? null : job.HeldSlots);

    private static long? GpusOf(PbsJob job) =>
        PbsValues.SumOf(job.Line.Raw(PbsKey.ExecVnode), ":ngpus="u8)
        ?? (job.Line.Raw(PbsKey.ExecGpus) is { IsEmpty: false } gpus ? gpus.Count((byte)'+') + 1 : job.Line.Integer(PbsKey.AskedGpus));
}
