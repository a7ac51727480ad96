namespace NfsTools.Accounting.Model;

/// <summary>The numbers of a job's columns, wherever they are.</summary>
internal interface IJobValues
{
    /// <summary>A whole number or time that is stored; null where it is unknown.</summary>
    long? Integer(JobColumn column);

    /// <summary>A number that is stored; null where it is unknown.</summary>
    double? Real(JobColumn column);
}

/// <summary>The numbers of a job that its measures are made of (<see cref="JobMeasures"/>): times in seconds since 1970, what is unknown counts 0.</summary>
internal sealed record JobNumbers
{
    /// <summary>The columns they are read from, beside the state.</summary>
    public static readonly JobColumn[] Columns =
    [
        JobColumns.SubmitTime, JobColumns.StartTime, JobColumns.EndTime, JobColumns.Slots, JobColumns.Cpus, JobColumns.Nodes, JobColumns.Gpus,
        JobColumns.UserCpuSeconds, JobColumns.SystemCpuSeconds, JobColumns.MaxMemKb, JobColumns.AvgMemKb,
    ];

    public long Submit { get; private init; }

    /// <summary>Null for a job that never started.</summary>
    public long? Start { get; private init; }

    public long End { get; private init; }

    /// <summary>Whether it ended well.</summary>
    public bool Done { get; private init; }

    public double Slots { get; private init; }

    /// <summary>Cores held; slots where the log tells of no cores.</summary>
    public double Cores { get; private init; }

    public double Nodes { get; private init; }

    public double Gpus { get; private init; }

    public double CpuSeconds { get; private init; }

    public long MaxMemKb { get; private init; }

    /// <summary>Memory that it held all the while: the average, the peak where the log tells of no average.</summary>
    public double HeldMemKb { get; private init; }

    public long WaitSeconds => Wait(Submit, Start, End);

    public long TurnaroundSeconds => Turnaround(Submit, End);

    public long RunSeconds => Run(Start, End);

    public double HogFactor => Hog(CpuSeconds, TurnaroundSeconds);

    public double ExpansionFactor => Expansion(TurnaroundSeconds, RunSeconds);

    public static JobNumbers Of(IJobValues job, bool done)
    {
        var (slots, peak) = (job.Integer(JobColumns.Slots) ?? 0, job.Integer(JobColumns.MaxMemKb));
        return new()
        {
            Submit = job.Integer(JobColumns.SubmitTime) ?? 0,
            Start = job.Integer(JobColumns.StartTime),
            End = job.Integer(JobColumns.EndTime) ?? 0,
            Done = done,
            Slots = slots,
            Cores = job.Integer(JobColumns.Cpus) ?? slots,
            Nodes = job.Integer(JobColumns.Nodes) ?? 0,
            Gpus = job.Integer(JobColumns.Gpus) ?? 0,
            CpuSeconds = (job.Real(JobColumns.UserCpuSeconds) ?? 0) + (job.Real(JobColumns.SystemCpuSeconds) ?? 0),
            MaxMemKb = peak ?? 0,
            HeldMemKb = job.Integer(JobColumns.AvgMemKb) ?? peak ?? 0,
        };
    }

    public static JobNumbers Of(JobRecord job) => Of(job, job.Done);

    /// <summary>The same on one of its hosts: the slots held there; of cores, GPUs and memory as much as of the slots; one node.</summary>
    public JobNumbers On(double slots)
    {
        var share = Slots > 0 ? slots / Slots : 0;
        return this with { Slots = slots, Cores = Cores * share, Gpus = Gpus * share, HeldMemKb = HeldMemKb * share, Nodes = 1 };
    }

    /// <summary>From its submission to its start, or to its end where it never started; a clock set back counts 0.</summary>
    public static long Wait(long submit, long? start, long end) => Math.Max(0, (start ?? end) - submit);

    /// <summary>From its submission to its end; a clock set back counts 0.</summary>
    public static long Turnaround(long submit, long end) => Math.Max(0, end - submit);

    /// <summary>From its start to its end; 0 for a job that never started, or where a clock was set back.</summary>
    public static long Run(long? start, long end) => Math.Max(0, end - (start ?? end));

    /// <summary>CPU time by turnaround; 0 where that is 0.</summary>
    public static double Hog(double cpu, long turnaround) => turnaround > 0 ? cpu / turnaround : 0;

    /// <summary>Turnaround by run time; the turnaround itself where that is 0.</summary>
    public static double Expansion(long turnaround, long run) => (double)turnaround / Math.Max(1, run);
}
