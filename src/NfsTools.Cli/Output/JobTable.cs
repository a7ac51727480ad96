using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Output;

/// <summary>Jobs in a table, with bacct's metrics under bacct's names.</summary>
internal static class JobTable
{
    private const int CpuDecimals = 2;
    private const int HogDecimals = 4;

    public static void Write(TextWriter output, IEnumerable<JobRecord> jobs)
    {
        var table = new TextTable(
            output, TextColumn.Number("JOB"), new("USER"), new("QUEUE"), new("PROJECT"), TextColumn.Whole("STATE"), TextColumn.Number("CPU_T"), TextColumn.Number("WAIT"),
            TextColumn.Number("TURNAROUND"), TextColumn.Number("HOG_FACTOR"), TextColumn.Whole("ENDED"));
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
