using System.Runtime.InteropServices;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Parts of jobs and the rows of their jobs: what a job used is what its own record says and what its parts add, in whatever order they came.
/// </summary>
/// <param name="database">The store.</param>
internal sealed class JobParts(StoreDatabase database)
{
    // Jobs that one question names.
    private const int MostOfQuery = 500;
    private static readonly string[] Use = [.. JobUse.Columns.Select(c => c.StoredName)];

    /// <summary>What stands in the table of a part's use.</summary>
    public static string UseColumns { get; } = string.Join(", ", Use);

    /// <summary>Stores a part.</summary>
    public void Add(long cluster, JobPart part, long generation, long offset) => database.Execute(
        $"""INSERT INTO main.part (cluster_id, job_id, array_index, start_time, {UseColumns}, generation_id, "offset") VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9)""",
        cluster, part.Job, part.Element, part.Start, part.Use.UserCpuSeconds, part.Use.SystemCpuSeconds, part.Use.MaxMemKb, part.Use.MaxSwapKb, generation, offset);

    /// <summary>The parts and the lives of jobs, of those that have parts.</summary>
    /// <param name="cluster">Their cluster's number.</param>
    /// <param name="format">The format of their logs.</param>
    /// <param name="jobs">Their numbers, and elements of arrays.</param>
    /// <param name="more">Parts that are yet to be stored.</param>
    public List<(List<JobPart> Parts, List<Life> Lives)> Of(long cluster, string format, IReadOnlySet<(long Job, long Element)> jobs, IEnumerable<JobPart>? more = null)
    {
        var found = new Dictionary<(long, long), List<JobPart>>();
        void Add(JobPart part) => (CollectionsMarshal.GetValueRefOrAddDefault(found, (part.Job, part.Element), out _) ??= []).Add(part);
        foreach (var part in (more ?? []).Where(p => jobs.Contains((p.Job, p.Element))))
        {
            Add(part);
        }

        // Most stores have none.
        if (database.Scalar("SELECT job_id FROM main.part LIMIT 1") is not null)
        {
            Read($"job_id, array_index, start_time, {UseColumns}", "part", cluster, format, jobs, rows => Add(new JobPart(rows.Integer(0), rows.Integer(1), rows.Integer(2), UseOf(rows, 3))));
        }

        var lives = Lives(cluster, format, found.Keys);
        return [.. found.Select(f => (f.Value, lives[f.Key].ToList()))];
    }

    /// <summary>The lives of jobs, of those that have any.</summary>
    public ILookup<(long Job, long Element), Life> Lives(long cluster, string format, IEnumerable<(long Job, long Element)> jobs)
    {
        var lives = new List<((long, long) Job, Life Life)>();
        Read($"""job_id, array_index, job_row, start_time, end_time, generation_id, "offset", length, {UseColumns}""", "job_record", cluster, format, jobs, rows => lives.Add(
            ((rows.Integer(0), rows.Integer(1)),
            new Life(rows.Integer(2), rows.IsNull(3) ? null : rows.Integer(3), rows.Integer(4), UseOf(rows, 8)) { Place = (rows.Integer(5), rows.Integer(6), (int)rows.Integer(7)) })));
        return lives.ToLookup(l => l.Job, l => l.Life);
    }

    // By the index, job by job, for an array may have a million others: SQLite does CROSS JOIN in this order, and PostgreSQL, which may know
    // nothing of a table yet, finds nothing else here to begin with.
    private void Read(string columns, string table, long cluster, string format, IEnumerable<(long Job, long Element)> jobs, Action<IStoreRows> take)
    {
        foreach (var some in jobs.Chunk(MostOfQuery))
        {
            using var rows = new CommandRows(database.Command(
                $"""
                SELECT {columns} FROM (VALUES {string.Join(", ", some.Select(j => $"({cluster}, {j.Job}, {j.Element})"))}) w CROSS JOIN main.{table} x
                WHERE x.cluster_id = w.column1 AND x.job_id = w.column2 AND x.array_index = w.column3
                AND (SELECT format FROM main.generation g WHERE g.generation_id = x.generation_id) = @p0
                """,
                format));
            while (rows.Next())
            {
                take(rows);
            }
        }
    }

    /// <summary>Sets what a job used.</summary>
    public void Set(long row, JobUse use) => database.Execute(
        $"UPDATE main.job_record SET {string.Join(", ", Use.Select((c, i) => $"{c} = @p{i}"))} WHERE job_row = @p{Use.Length}",
        use.UserCpuSeconds, use.SystemCpuSeconds, use.MaxMemKb, use.MaxSwapKb, row);

    /// <summary>What stands in a row from a column on.</summary>
    public static JobUse UseOf(IStoreRows rows, int first)
    {
        double? Real(int column) => rows.IsNull(column) ? null : rows.Real(column);
        long? Whole(int column) => rows.IsNull(column) ? null : rows.Integer(column);
        return new JobUse(Real(first), Real(first + 1), Whole(first + 2), Whole(first + 3));
    }

    /// <summary>A row of a job.</summary>
    /// <param name="Row">Its number.</param>
    /// <param name="Start">When the job began, in seconds since 1970; null where it never did.</param>
    /// <param name="End">When it ended.</param>
    /// <param name="Use">What the row says of its use.</param>
    public sealed record Life(long Row, long? Start, long End, JobUse Use)
    {
        /// <summary>Where its record stands.</summary>
        public (long Generation, long Offset, int Length) Place { get; init; }
    }
}
