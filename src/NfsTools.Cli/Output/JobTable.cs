using System.Text.Json;
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
                job.User ?? "", job.Queue ?? "", job.Project ?? "", job.State, Figures.Decimals(job.CpuSeconds, CpuDecimals), Figures.Whole(job.WaitSeconds),
                Figures.Whole(job.TurnaroundSeconds), Figures.Decimals(job.HogFactor, HogDecimals), Figures.Time(job.EndTime));
        }

        table.End();
    }

    /// <summary>Jobs with the columns that were asked for.</summary>
    public static void Write(TextWriter output, IEnumerable<JobRecord> jobs, IReadOnlyList<JobColumn> columns)
    {
        var table = new TextTable(output, [.. columns.Select(c => c.Kind is ColumnKind.Integer or ColumnKind.Real ? TextColumn.Number(Title(c)) : new TextColumn(Title(c)))]);
        foreach (var job in jobs)
        {
            table.Add([.. columns.Select(c => Text(job[c]))]);
        }

        table.End();
    }

    private static string Title(JobColumn column) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(column.Name);

    private static string Text(object? value) => value switch
    {
        string text => text,
        long whole => Figures.Whole(whole),
        double number => Figures.Decimals(number, CpuDecimals),
        DateTimeOffset time => Figures.Time(time),
        _ => "-",
    };
}
