using NfsTools.Accounting;

namespace NfsTools.Cli.Output;

/// <summary>Jobs in a table, with bacct's metrics under bacct's names.</summary>
internal static class JobTable
{
    private const int CpuDecimals = 2;
    private const int HogDecimals = 4;

    public static void Write(TextWriter output, IEnumerable<JobRecord> jobs)
    {
        var table = new TextTable(
            output, new("JOB", Right: true), new("USER"), new("QUEUE"), new("PROJECT"), new("STATE"), new("CPU_T", Right: true), new("WAIT", Right: true),
            new("TURNAROUND", Right: true), new("HOG_FACTOR", Right: true), new("ENDED"));
        foreach (var job in jobs)
        {
            table.Add(
                job.ArrayIndex == 0 ? Figures.Whole(job.JobId) : $"{Figures.Whole(job.JobId)}[{Figures.Whole(job.ArrayIndex)}]",
                job.User, job.Queue, job.Project, job.State, Figures.Decimals(job.CpuSeconds, CpuDecimals), Figures.Whole(job.WaitSeconds),
                Figures.Whole(job.TurnaroundSeconds), Figures.Decimals(job.HogFactor, HogDecimals), Figures.Time(job.EndTime));
        }

        table.End();
    }
}
