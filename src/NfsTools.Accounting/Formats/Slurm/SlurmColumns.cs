using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>Where the columns of a job stand in a row of sacct(1). A column that Slurm does not know has no entry.</summary>
internal static class SlurmColumns
{
    /// <summary>Whole numbers and times, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<SlurmJob, long?>?[] Integers = new Func<SlurmJob, long?>?[JobColumns.All.Count];

    /// <summary>Numbers, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<SlurmJob, double?>?[] Reals = new Func<SlurmJob, double?>?[JobColumns.All.Count];

    /// <summary>Texts, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly TextOf?[] Texts = new TextOf?[JobColumns.All.Count];

    // Above these there are no signals, but marks of Slurm's own: 125 for a lack of memory.
    private const int LastSignal = 64;

    static SlurmColumns()
    {
        Text(JobColumns.RecordType, _ => "job"u8);
        Text(JobColumns.State, j => j.SlurmState.Ended);
        Text(JobColumns.SchedulerState, j => j.SlurmState.Name);
        Text(JobColumns.ExitReason, j => j.Row[SlurmColumn.Reason] is var reason && reason.SequenceEqual("None"u8) ? [] : reason);
        Text(JobColumns.Hosts, j => SlurmNodes.Expand(j.NodeList));
        foreach (var (column, field) in new[]
        {
            (JobColumns.User, SlurmColumn.User), (JobColumns.Group, SlurmColumn.Group), (JobColumns.Project, SlurmColumn.Account), (JobColumns.Queue, SlurmColumn.Partition),
            (JobColumns.Qos, SlurmColumn.QOS), (JobColumns.Reservation, SlurmColumn.Reservation), (JobColumns.JobName, SlurmColumn.JobName),
            (JobColumns.Command, SlurmColumn.SubmitLine), (JobColumns.Cwd, SlurmColumn.WorkDir), (JobColumns.ResReq, SlurmColumn.ReqTRES),
            (JobColumns.EffectiveResReq, SlurmColumn.AllocTRES),
        })
        {
            Text(column, j => j.Row[field]);
        }

        Integer(JobColumns.JobId, j => j.Number);
        Integer(JobColumns.ArrayIndex, j => j.Element);
        Integer(JobColumns.Uid, j => j.Row.Whole(SlurmColumn.UID));
        Integer(JobColumns.SubmitTime, j => j.Times.Submit ?? j.Times.Eligible ?? j.Times.Start ?? j.Times.End);
        Integer(JobColumns.EligibleTime, j => j.Times.Eligible);
        Integer(JobColumns.StartTime, j => j.HasNodes ? j.Times.Start : null);
        Integer(JobColumns.EndTime, j => j.Times.End);
        Integer(JobColumns.SuspendedSeconds, SuspendedOf);
        Integer(JobColumns.Slots, CpusOf);
        Integer(JobColumns.Cpus, j => j.StartSeconds is null ? null : CpusOf(j));
        Integer(JobColumns.Nodes, j => j.StartSeconds is null ? null : First(j, SlurmColumn.NNodes, SlurmColumn.AllocNodes) ?? SlurmValue.Whole(SlurmValue.Tres(j.Row[SlurmColumn.AllocTRES], "node"u8)));
        Integer(JobColumns.Gpus, GpusOf);
        Integer(JobColumns.NumProcessors, RequestedCpusOf);
        Integer(JobColumns.RequestedMemKb, RequestedMemOf);
        Integer(JobColumns.MaxMemKb, j => PeakKb(j.Row));
        Integer(JobColumns.AvgMemKb, j => KbOf(j.Row[SlurmColumn.AveRSS]));
        Integer(JobColumns.RunLimitSeconds, RunLimitOf);
        Integer(JobColumns.ExitCode, j => SlurmValue.Exit(j.Row[SlurmColumn.ExitCode]) is { Signal: 0, Code: <= 255 and var code } ? code : null);
        Integer(JobColumns.Signal, j => SlurmValue.Exit(j.Row[SlurmColumn.ExitCode]) is { Signal: >= 1 and <= LastSignal and var signal } ? signal : null);

        // What is told as one number stands in one column.
        Reals[JobColumns.UserCpuSeconds.Index] = j => j.Row.Seconds(SlurmColumn.UserCPU) ?? j.Row.Seconds(SlurmColumn.TotalCPU) ?? j.Row.Seconds(SlurmColumn.CPU);
        Reals[JobColumns.SystemCpuSeconds.Index] = SystemCpuOf;
        Reals[JobColumns.EnergyJoules.Index] = EnergyOf;
    }

    /// <summary>The peak memory that a row tells of, in KB; null for none.</summary>
    public static long? PeakKb(in SlurmRow row) => KbOf(row[SlurmColumn.MaxRSS]);

    /// <summary>A text of a job.</summary>
    public delegate ReadOnlySpan<byte> TextOf(SlurmJob job);

    private static void Text(JobColumn column, TextOf text) => Texts[column.Index] = text;

    private static void Integer(JobColumn column, Func<SlurmJob, long?> value) => Integers[column.Index] = value;

    private static long? First(SlurmJob job, SlurmColumn first, SlurmColumn second) => job.Row.Whole(first) ?? job.Row.Whole(second);

    // sacct cuts off what is less than a millisecond in each, but not in their sum: that is what counts.
    private static double? SystemCpuOf(SlurmJob job) => job.Row.Seconds(SlurmColumn.UserCPU) is not { } user ? null
        : job.Row.Seconds(SlurmColumn.TotalCPU) is { } total && total > user ? Math.Round(total - user, 6) : job.Row.Seconds(SlurmColumn.SystemCPU);

    // What was asked for where nothing was given, as sacct shows it under NCPUS.
    private static long? CpusOf(SlurmJob job) =>
        (First(job, SlurmColumn.AllocCPUS, SlurmColumn.NCPUS) is > 0 and var cpus ? cpus : SlurmValue.Whole(SlurmValue.Tres(job.Row[SlurmColumn.AllocTRES], "cpu"u8)) ?? RequestedCpusOf(job) ?? 0) is <= int.MaxValue and var held
            ? held
            : throw new InvalidDataException("its CPUs do not fit 32 bits");

    private static long? RequestedCpusOf(SlurmJob job) => job.Row.Whole(SlurmColumn.ReqCPUS) ?? SlurmValue.Whole(SlurmValue.Tres(job.Row[SlurmColumn.ReqTRES], "cpu"u8));

    // jobcomp/filetxt says only what was asked for.
    private static long? GpusOf(SlurmJob job) =>
        job.Row.Context[SlurmColumn.AllocTRES] >= 0 ? SlurmValue.Gpus(job.Row[SlurmColumn.AllocTRES])
        : job.StartSeconds is null ? null : SlurmValue.Gpus(job.Row[SlurmColumn.ReqTRES]);

    private static long? SuspendedOf(SlurmJob job) =>
        job.StartSeconds is null ? null
        : job.Row.Seconds(SlurmColumn.Suspended) is { } suspended ? (long)suspended
        : (job.Row.Whole(SlurmColumn.ElapsedRaw) ?? (long?)job.Row.Seconds(SlurmColumn.Elapsed)) is { } ran ? Math.Max(0, job.RunSeconds - ran) : null;

    private static long? KbOf(ReadOnlySpan<byte> text) => SlurmValue.Kb(text, out var per) is { } kb && per == 0 ? (long)kb : null;

    // 0 stands for all that the nodes have.
    private static long? RequestedMemOf(SlurmJob job)
    {
        var each = SlurmValue.Kb(job.Row[SlurmColumn.ReqMem], out var per);
        var times = per switch { (byte)'n' => First(job, SlurmColumn.NNodes, SlurmColumn.AllocNodes), (byte)'c' => job.Row.Whole(SlurmColumn.ReqCPUS), _ => 1 };
        var asked = each * times ?? SlurmValue.Kb(SlurmValue.Tres(job.Row[SlurmColumn.ReqTRES], "mem"u8), out _);
        return asked is > 0 and < long.MaxValue ? (long)asked : null;
    }

    private static long? RunLimitOf(SlurmJob job) =>
        job.Row.Seconds(SlurmColumn.Timelimit) is { } limit ? (long)limit : job.Row.Whole(SlurmColumn.TimelimitRaw) is <= int.MaxValue and var minutes ? minutes * 60 : null;

    private static double? EnergyOf(SlurmJob job) =>
        SlurmValue.Amount(job.Row[SlurmColumn.ConsumedEnergyRaw]) ?? Energy(job.Row[SlurmColumn.ConsumedEnergy]) ?? Energy(SlurmValue.Tres(job.Row[SlurmColumn.AllocTRES], "energy"u8));

    // Its letters are powers of 1000 (sacct's ConsumedEnergy), those of memory powers of 1024.
    private static double? Energy(ReadOnlySpan<byte> text) =>
        text.IsEmpty || SlurmValue.Amount(text) is not { } value ? null : value * Math.Pow(1000.0 / 1024, "KMGTPE"u8.IndexOf(text[^1]) + 1);
}
