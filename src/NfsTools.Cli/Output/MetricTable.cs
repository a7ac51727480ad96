using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Output;

/// <summary>The measures of jobs in text: a row a group, or bacct's summary of one total. A line before it says what they are of.</summary>
internal static class MetricTable
{
    private const int SecondsDecimals = 1;
    private const int FactorDecimals = 2;
    private const int HogDecimals = 4;
    private const double SecondsPerHour = 3600;
    private const double KilobytesPerGigabyte = 1 << 20;

    /// <summary>What is counted: whole jobs that ended in a time, or what was used in it.</summary>
    public static void WriteHeading(TextWriter output, MeasureBasis basis, string timeZone, IReadOnlyList<JobMetrics> groups)
    {
        output.WriteLine(basis == MeasureBasis.Used ? $"Used in the time, jobs cut at its borders; days of {timeZone}" : $"Ended in the time, whole jobs; days of {timeZone}");
        var earlier = groups.Sum(g => (double)g.EarlierSeconds);
        if (earlier > 0)
        {
            output.WriteLine($"Of the run time {Figures.Decimals(earlier, 0)} s are of jobs of too many days to be cut, and are on a single day each (docs/metrics.md)");
        }
    }

    /// <summary>A table with a row for each group, of what was used.</summary>
    public static void WriteUsed(TextWriter output, IReadOnlyList<JobMetrics> groups, IReadOnlyList<GroupKey> by)
    {
        var table = new TextTable(
            output,
            [
                .. by.Select(key => new TextColumn(key.Name.ToUpperInvariant())),
                TextColumn.Number("SUBMITTED"), TextColumn.Number("STARTED"), TextColumn.Number("RUNNING"), TextColumn.Number("WALL_H"), TextColumn.Number("SLOT_H"),
                TextColumn.Number("CORE_H"), TextColumn.Number("NODE_H"), TextColumn.Number("GPU_H"), TextColumn.Number("GB_H"),
            ]);
        foreach (var group in groups)
        {
            string Hours(JobMeasure measure, double unit = 1) => Figures.Decimals(group[measure] / unit / SecondsPerHour, FactorDecimals);
            table.Add(
                [
                    .. group.Keys.Select(k => k.Value.Length > 0 ? k.Value : "-"),
                    Figures.Whole(group.SubmittedJobs), Figures.Whole(group.StartedJobs), Figures.Whole(group.RunningJobs), Hours(JobMeasures.UsedWallSeconds),
                    Hours(JobMeasures.UsedSlotSeconds), Hours(JobMeasures.UsedCoreSeconds), Hours(JobMeasures.UsedNodeSeconds), Hours(JobMeasures.UsedGpuSeconds),
                    Hours(JobMeasures.UsedMemKbSeconds, KilobytesPerGigabyte),
                ]);
        }

        table.End();
    }

    /// <summary>A table with a row for each group, of jobs that ended.</summary>
    public static void Write(TextWriter output, IReadOnlyList<JobMetrics> groups, IReadOnlyList<GroupKey> by)
    {
        var table = new TextTable(
            output,
            [
                .. by.Select(key => new TextColumn(key.Name.ToUpperInvariant())),
                TextColumn.Number("JOBS"), TextColumn.Number("DONE"), TextColumn.Number("EXITED"), TextColumn.Number("CPU_T"), TextColumn.Number("WAIT"),
                TextColumn.Number("TURNAROUND"), TextColumn.Number("RUN"), TextColumn.Number("SLOT_S"), TextColumn.Number("AVG_HOG"), TextColumn.Number("AVG_EXP"),
                TextColumn.Number("MAX_MEM"),
            ]);
        foreach (var group in groups)
        {
            table.Add(
                [
                    .. group.Keys.Select(k => k.Value.Length > 0 ? k.Value : "-"),
                    Figures.Whole(group.Jobs), Figures.Whole(group.Done), Figures.Whole(group.Exited), Figures.Decimals(group.CpuSeconds, SecondsDecimals),
                    Figures.Whole(group.WaitSeconds), Figures.Whole(group.TurnaroundSeconds), Figures.Whole(group.RunSeconds), Figures.Whole(group.SlotSeconds),
                    Figures.Decimals(group.AverageHogFactor, HogDecimals), Figures.Decimals(group.AverageExpansionFactor, FactorDecimals),
                    Figures.Memory(group.MaxMemKb),
                ]);
        }

        table.End();
    }

    /// <summary>What bacct says at its end; integer averages truncate, as bacct's do.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="total">The total.</param>
    /// <param name="window">The time asked about; the throughput is told only where it is known.</param>
    public static void WriteSummary(TextWriter output, JobMetrics total, TimeSpan? window)
    {
        output.WriteLine($"Jobs {Figures.Whole(total.Jobs)}: {Figures.Whole(total.Done)} done, {Figures.Whole(total.Exited)} exited");
        if (window is { } time)
        {
            output.WriteLine($"Throughput {Figures.Decimals(total.Jobs / time.TotalHours, FactorDecimals)} jobs/hour during {Figures.Decimals(time.TotalHours, FactorDecimals)} hours");
        }

        output.WriteLine();
        var table = new TextTable(
            output, new("(seconds)"), TextColumn.Number("TOTAL"), TextColumn.Number("AVERAGE"), TextColumn.Number("MAXIMUM"), TextColumn.Number("MINIMUM"));
        table.Add(Row("CPU time", total.CpuSummary, total, SecondsDecimals));
        table.Add(Row("Wait time in queue", total.WaitSummary, total, decimals: 0));
        table.Add(Row("Turnaround time", total.TurnaroundSummary, total, decimals: 0));
        table.Add(Row("Run time", total.RunSummary, total, decimals: 0));
        table.Add(Row("Hog factor: CPU / turnaround", total.HogFactorSummary, total, HogDecimals, summable: false));
        table.Add(Row("Expansion factor: turnaround / run", total.ExpansionFactorSummary, total, FactorDecimals, summable: false));
        table.Add("Slot-seconds: slots x run", Figures.Whole(total.SlotSeconds), "", "", "");
        table.Add("Peak memory of a job", "", "", Figures.Memory(total.MaxMemKb), "");
        table.End();
    }

    private static string[] Row(string name, MetricSummary metric, JobMetrics total, int decimals, bool summable = true)
    {
        var average = total.Average(metric);
        return
        [
            name, summable ? Figures.Decimals(metric.Total, decimals) : "", Figures.Decimals(decimals == 0 ? Math.Truncate(average) : average, decimals),
            Figures.Decimals(metric.Maximum, decimals), Figures.Decimals(metric.Minimum, decimals),
        ];
    }
}
