namespace NfsTools.Accounting.Model;

/// <summary>What a job used, or a part of it; null for what is unknown.</summary>
/// <param name="UserCpuSeconds">User CPU time, in seconds.</param>
/// <param name="SystemCpuSeconds">System CPU time, in seconds.</param>
/// <param name="MaxMemKb">Peak memory, in KB.</param>
/// <param name="MaxSwapKb">Peak swap, in KB.</param>
internal readonly record struct JobUse(double? UserCpuSeconds, double? SystemCpuSeconds, long? MaxMemKb, long? MaxSwapKb)
{
    /// <summary>The columns that it is made of, in its order.</summary>
    public static readonly JobColumn[] Columns = [JobColumns.UserCpuSeconds, JobColumns.SystemCpuSeconds, JobColumns.MaxMemKb, JobColumns.MaxSwapKb];

    /// <summary>What a job's columns say.</summary>
    public static JobUse Of(IJobValues job) => new(job.Real(Columns[0]), job.Real(Columns[1]), job.Integer(Columns[2]), job.Integer(Columns[3]));

    /// <summary>Both together: CPU times add up, of peaks the larger one counts, and what is unknown of one is what the other says.</summary>
    public JobUse With(JobUse other) => new(
        Sum(UserCpuSeconds, other.UserCpuSeconds), Sum(SystemCpuSeconds, other.SystemCpuSeconds), Larger(MaxMemKb, other.MaxMemKb), Larger(MaxSwapKb, other.MaxSwapKb));

    private static double? Sum(double? one, double? other) => one is null || other is null ? one ?? other : one + other;

    private static long? Larger(long? one, long? other) => one is null || other is null ? one ?? other : Math.Max(one.Value, other.Value);
}
