using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <content>The fields.</content>
public sealed partial class GridEngineLine
{
    /// <summary>The cluster queue that it ran in; UNKNOWN where it never came to one.</summary>
    public string? QName => Text(GridEngineField.QName);

    /// <summary>The host that it ran on; of a parallel job the first one.</summary>
    public string? HostName => Text(GridEngineField.HostName);

    /// <summary>The owner's group when it ran.</summary>
    public string? Group => Text(GridEngineField.Group);

    /// <summary>Its owner.</summary>
    public string? Owner => Text(GridEngineField.Owner);

    /// <summary>Its name.</summary>
    public string? JobName => Text(GridEngineField.JobName);

    /// <summary>Its number.</summary>
    public long? JobNumber => Whole(GridEngineField.JobNumber);

    /// <summary>The account string (qsub -A); sge where none was given.</summary>
    public string? Account => Text(GridEngineField.Account);

    /// <summary>The priority of its queue.</summary>
    public long? Priority => Whole(GridEngineField.Priority);

    /// <summary>When it was submitted, or put back to be run again.</summary>
    public DateTimeOffset? SubmissionTime => Time(GridEngineField.SubmissionTime);

    /// <summary>When it started; null for never.</summary>
    public DateTimeOffset? StartTime => Time(GridEngineField.StartTime);

    /// <summary>When it ended; null where it never started.</summary>
    public DateTimeOffset? EndTime => Time(GridEngineField.EndTime);

    /// <summary>The number of what went wrong (sge_status(5)); 0 for nothing.</summary>
    public long? Failed => Whole(GridEngineField.Failed);

    /// <summary>Its exit status, 128 and the signal where one ended it.</summary>
    public long? ExitStatus => Whole(GridEngineField.ExitStatus);

    /// <summary>The time from its start to its end, in seconds; some versions of Univa write milliseconds.</summary>
    public double? RuWallclock => Number(GridEngineField.RuWallclock);

    /// <summary>User CPU time in seconds, of the processes that were waited for.</summary>
    public double? RuUtime => Number(GridEngineField.RuUtime);

    /// <summary>System CPU time in seconds, of the processes that were waited for.</summary>
    public double? RuStime => Number(GridEngineField.RuStime);

    /// <summary>Peak resident memory of its largest process, in KB.</summary>
    public double? RuMaxrss => Number(GridEngineField.RuMaxrss);

    /// <summary>Shared memory (getrusage(2)).</summary>
    public double? RuIxrss => Number(GridEngineField.RuIxrss);

    /// <summary>Shared memory, as some systems tell it.</summary>
    public double? RuIsmrss => Number(GridEngineField.RuIsmrss);

    /// <summary>Unshared data (getrusage(2)).</summary>
    public double? RuIdrss => Number(GridEngineField.RuIdrss);

    /// <summary>Unshared stack (getrusage(2)).</summary>
    public double? RuIsrss => Number(GridEngineField.RuIsrss);

    /// <summary>Page reclaims.</summary>
    public double? RuMinflt => Number(GridEngineField.RuMinflt);

    /// <summary>Page faults.</summary>
    public double? RuMajflt => Number(GridEngineField.RuMajflt);

    /// <summary>Times swapped out.</summary>
    public double? RuNswap => Number(GridEngineField.RuNswap);

    /// <summary>Blocks read.</summary>
    public double? RuInblock => Number(GridEngineField.RuInblock);

    /// <summary>Blocks written.</summary>
    public double? RuOublock => Number(GridEngineField.RuOublock);

    /// <summary>Messages sent.</summary>
    public double? RuMsgsnd => Number(GridEngineField.RuMsgsnd);

    /// <summary>Messages received.</summary>
    public double? RuMsgrcv => Number(GridEngineField.RuMsgrcv);

    /// <summary>Signals received.</summary>
    public double? RuNsignals => Number(GridEngineField.RuNsignals);

    /// <summary>Voluntary context switches.</summary>
    public double? RuNvcsw => Number(GridEngineField.RuNvcsw);

    /// <summary>Involuntary context switches.</summary>
    public double? RuNivcsw => Number(GridEngineField.RuNivcsw);

    /// <summary>Its project; NONE for none.</summary>
    public string? Project => Text(GridEngineField.Project);

    /// <summary>Its department.</summary>
    public string? Department => Text(GridEngineField.Department);

    /// <summary>The parallel environment that it ran in; NONE for none.</summary>
    public string? GrantedPe => Text(GridEngineField.GrantedPe);

    /// <summary>Slots given to the job, in each record of its tasks too.</summary>
    public long? Slots => Whole(GridEngineField.Slots);

    /// <summary>The task of an array job; 0 for a job that is none.</summary>
    public long? TaskNumber => Whole(GridEngineField.TaskNumber);

    /// <summary>CPU time of all of its processes, in seconds; with ACCT_RESERVED_USAGE what was reserved.</summary>
    public double? Cpu => Number(GridEngineField.Cpu);

    /// <summary>Memory by CPU time, in GB seconds.</summary>
    public double? Mem => Number(GridEngineField.Mem);

    /// <summary>Data read and written, in GB.</summary>
    public double? Io => Number(GridEngineField.Io);

    /// <summary>What it asked for, as options of qsub; NONE for nothing.</summary>
    public string? Category => Text(GridEngineField.Category);

    /// <summary>Time waited for input and output, in seconds.</summary>
    public double? Iow => Number(GridEngineField.Iow);

    /// <summary>The task of a parallel job that the record is of; NONE for the job itself.</summary>
    public string? PeTaskId => Text(GridEngineField.PeTaskId);

    /// <summary>Peak virtual memory of all of its processes, in bytes.</summary>
    public double? MaxVmem => Number(GridEngineField.MaxVmem);

    /// <summary>The advance reservation that it ran in; 0 for none. Not written up to version 6.1.</summary>
    public long? ArId => Whole(GridEngineField.ArId);

    /// <summary>When that reservation was made; null for none.</summary>
    public DateTimeOffset? ArSubmissionTime => Time(GridEngineField.ArSubmissionTime);

    /// <summary>Univa: the job class; NONE for none.</summary>
    public string? JobClass => Text(GridEngineField.JobClass);

    /// <summary>Univa: who deleted it, user@host; NONE for nobody.</summary>
    public string? QdelInfo => Text(GridEngineField.QdelInfo);

    /// <summary>Univa: peak resident memory of all of its processes, in bytes.</summary>
    public double? MaxRss => Number(GridEngineField.MaxRss);

    /// <summary>Univa: peak proportional memory, in bytes.</summary>
    public double? MaxPss => Number(GridEngineField.MaxPss);

    /// <summary>Univa: the host that it was submitted from.</summary>
    public string? SubmitHost => Text(GridEngineField.SubmitHost);

    /// <summary>Univa: its working directory; NONE where none was asked for.</summary>
    public string? Cwd => Text(GridEngineField.Cwd);

    /// <summary>Univa: the command line that submitted it.</summary>
    public string? SubmitCmd => Text(GridEngineField.SubmitCmd);

    /// <summary>Univa: wall clock time in seconds.</summary>
    public double? Wallclock => Number(GridEngineField.Wallclock);

    /// <summary>Univa: input and output operations.</summary>
    public double? IoOps => Number(GridEngineField.IoOps);

    /// <summary>Univa: the cores that it was bound to.</summary>
    public string? BoundCores => Text(GridEngineField.BoundCores);

    /// <summary>What stands behind the fields that are known; null for nothing.</summary>
    public string? Extras => ends[count - 1] < bytes.Length ? LogText.Decode(bytes.Span[(ends[count - 1] + 1)..]) : null;
}
