using System.Globalization;
using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>Where the columns of a job stand in its line (accounting(5)). A column that Grid Engine does not know has no entry.</summary>
internal static class GridEngineColumns
{
    /// <summary>Whole numbers and times, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<GridEngineJob, long?>?[] Integers = new Func<GridEngineJob, long?>?[JobColumns.All.Count];

    /// <summary>Numbers, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly Func<GridEngineJob, double?>?[] Reals = new Func<GridEngineJob, double?>?[JobColumns.All.Count];

    /// <summary>Texts in UTF-8, by <see cref="JobColumn.Index"/>.</summary>
    public static readonly TextOf?[] Texts = new TextOf?[JobColumns.All.Count];

    private const int SignalBase = 128;
    private const int MostSignals = 64;
    private const int MostExitCode = 255;
    private const int BytesPerKb = 1024;

    static GridEngineColumns()
    {
        foreach (var (column, field) in new[]
        {
            (JobColumns.User, GridEngineField.Owner), (JobColumns.Group, GridEngineField.Group), (JobColumns.Queue, GridEngineField.QName),
            (JobColumns.Project, GridEngineField.Project), (JobColumns.UserGroup, GridEngineField.Department), (JobColumns.Hosts, GridEngineField.HostName),
            (JobColumns.JobName, GridEngineField.JobName), (JobColumns.ResReq, GridEngineField.Category), (JobColumns.App, GridEngineField.JobClass),
            (JobColumns.FromHost, GridEngineField.SubmitHost), (JobColumns.Cwd, GridEngineField.Cwd), (JobColumns.Command, GridEngineField.SubmitCmd),
        })
        {
            Texts[column.Index] = j => j.Line.Utf8(field);
        }

        Texts[JobColumns.RecordType.Index] = _ => "acct"u8;
        Texts[JobColumns.State.Index] = StateOf;
        Texts[JobColumns.SchedulerState.Index] = j => GridEngineFailure.Of(j.Failed) is { } failure ? failure.Name : j.Line.Raw(GridEngineField.Failed);
        Texts[JobColumns.ExitReason.Index] = j => j.Failed != 0 && GridEngineFailure.Of(j.Failed) is { } failure ? failure.Name : [];
        Texts[JobColumns.Reservation.Index] = j => j.Line.Whole(GridEngineField.ArId) > 0 ? j.Line.Raw(GridEngineField.ArId) : [];

        foreach (var (column, field) in new[]
        {
            (JobColumns.JobId, GridEngineField.JobNumber), (JobColumns.ArrayIndex, GridEngineField.TaskNumber), (JobColumns.ExitStatus, GridEngineField.ExitStatus),
        })
        {
            Integer(column, j => j.Line.Whole(field));
        }

        Integer(JobColumns.SubmitTime, j => j.Submit);
        Integer(JobColumns.StartTime, j => j.Start);
        Integer(JobColumns.EndTime, j => j.End);
        Integer(JobColumns.ExitInfo, j => j.Failed);
        Integer(JobColumns.ExitCode, j => ExitOf(j) is { } status && !IsSignal(status) ? status : null);
        Integer(JobColumns.Signal, j => ExitOf(j) is { } status && IsSignal(status) ? status - SignalBase : null);
        Integer(JobColumns.Slots, SlotsOf);
        Integer(JobColumns.NumProcessors, j => j.Line.Utf8(GridEngineField.Category) is { IsEmpty: false } category ? GridEngineRequest.Slots(category) : IsParallel(j) ? null : 1);
        Integer(JobColumns.Nodes, j => IsParallel(j) ? null : 1);
        Integer(JobColumns.RunLimitSeconds, j => GridEngineRequest.RunLimit(j.Line.Raw(GridEngineField.Category)));
        Integer(JobColumns.MaxMemKb, j => !j.HasUsage ? null : Kb(j, GridEngineField.MaxRss, BytesPerKb) ?? Kb(j, GridEngineField.RuMaxrss, 1));
        Integer(JobColumns.MaxSwapKb, j => j.HasUsage ? Kb(j, GridEngineField.MaxVmem, BytesPerKb) : null);

        Reals[JobColumns.SystemCpuSeconds.Index] = j => j.HasUsage ? Used(j, GridEngineField.RuStime) : null;
        Reals[JobColumns.UserCpuSeconds.Index] = UserCpu;
    }

    /// <summary>A text of a record.</summary>
    public delegate ReadOnlySpan<byte> TextOf(GridEngineJob job);

    private static void Integer(JobColumn column, Func<GridEngineJob, long?> value) => Integers[column.Index] = value;

    private static bool IsParallel(GridEngineJob job) => !job.Line.Utf8(GridEngineField.GrantedPe).IsEmpty;

    private static long? ExitOf(GridEngineJob job) => job.HasUsage && job.Line.Whole(GridEngineField.ExitStatus) is >= 0 and <= MostExitCode and var status ? status : null;

    // 255 is what exit(-1) leaves, as any program may exit with a status above 128.
    private static bool IsSignal(long status) => status is > SignalBase and <= SignalBase + MostSignals;

    private static double? Used(GridEngineJob job, GridEngineField field) => job.Line.Number(field) is >= 0 and var used ? used : null;

    // What use was not measured is 0 there; no process takes no memory.
    private static long? Kb(GridEngineJob job, GridEngineField field, int unit) => Used(job, field) is > 0 and var used ? (long)(used / unit) : null;

    // The rusage is that of the processes that were waited for. What the job's others took, tasks on other hosts too, is in cpu alone.
    private static double? UserCpu(GridEngineJob job)
    {
        var (user, system, all) = job.HasUsage ? (Used(job, GridEngineField.RuUtime), Used(job, GridEngineField.RuStime) ?? 0, Used(job, GridEngineField.Cpu)) : default;
        return user is null ? all : Math.Max(user.Value, (all ?? 0) - system);
    }

    private static long? SlotsOf(GridEngineJob job) => job.Line.Whole(GridEngineField.Slots) is <= int.MaxValue and var slots ? slots
        : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"its slots do not fit 32 bits: {Encoding.ASCII.GetString(job.Line.Raw(GridEngineField.Slots))}"));

    private static ReadOnlySpan<byte> StateOf(GridEngineJob job)
    {
        var status = job.Line.Whole(GridEngineField.ExitStatus) ?? 0;
        switch (job.Failed)
        {
            case 0 when status == 0:
                return "DONE"u8;
            case GridEngineFailure.Migrating or GridEngineFailure.Rescheduling:
                return "REQUEUED"u8;
            case GridEngineFailure.OverLimit:
                return "TIMEOUT"u8;
            case GridEngineFailure.NoExitStatus or GridEngineFailure.NotRecognized:
                return "NODE_FAIL"u8;
            default:
                var isKilled = job.Failed is GridEngineFailure.AfterJob or GridEngineFailure.ThroughSignal || IsSignal(status);
                return isKilled && !job.Line.Utf8(GridEngineField.QdelInfo).IsEmpty ? "CANCELLED"u8 : "FAILED"u8;
        }
    }
}
