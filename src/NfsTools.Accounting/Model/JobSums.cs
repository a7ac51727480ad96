namespace NfsTools.Accounting.Model;

/// <summary>The metrics of a job that have a sum and extremes.</summary>
internal enum JobMetric
{
    Cpu,
    Wait,
    Turnaround,
    Run,
    HogFactor,
    ExpansionFactor,
}

/// <summary>How jobs add up: one rule for reports over records, for the store's roll-up and for its recount.</summary>
internal sealed class JobSums
{
    /// <summary>How many metrics there are.</summary>
    public const int MetricCount = (int)JobMetric.ExpansionFactor + 1;

    public long Jobs { get; set; }

    public long Done { get; set; }

    public double SlotSeconds { get; set; }

    public long MaxMemKb { get; set; }

    /// <summary>Indexed by <see cref="JobMetric"/>.</summary>
    public MetricSummary[] Metrics { get; } = new MetricSummary[MetricCount];

    public void Add(in JobMeasure job)
    {
        var first = Jobs == 0;
        Jobs++;
        Done += job.Done ? 1 : 0;
        SlotSeconds += (double)job.Slots * job.RunSeconds;
        MaxMemKb = first ? job.MaxMemKb : Math.Max(MaxMemKb, job.MaxMemKb);
        ReadOnlySpan<double> values = [job.CpuSeconds, job.WaitSeconds, job.TurnaroundSeconds, job.RunSeconds, job.HogFactor, job.ExpansionFactor];
        for (var i = 0; i < MetricCount; i++)
        {
            Metrics[i] = Metrics[i].Plus(values[i], first);
        }
    }
}

/// <summary>The numbers of a job that add up.</summary>
internal readonly record struct JobMeasure(
    bool Done, long Slots, long MaxMemKb, double CpuSeconds, long WaitSeconds, long TurnaroundSeconds, long RunSeconds, double HogFactor, double ExpansionFactor)
{
    public static JobMeasure Of(JobRecord job) => new(
        job.Done, job.Slots, job.MaxMemKb ?? 0, job.CpuSeconds, job.WaitSeconds, job.TurnaroundSeconds, job.RunSeconds, job.HogFactor, job.ExpansionFactor);
}
