using System.Globalization;
using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.Accounting.Tests.Formats.Contract;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>What tasks and steps used is in their job, whichever comes first.</summary>
public abstract class JobPartTests(StoreKind kind)
{
    private const long Begin = 1_700_000_000;

    [Fact]
    public void A_job_of_Grid_Engine_has_the_use_of_its_tasks_in_whatever_order_the_lines_come()
    {
        var random = new Random(Suite.Seed(71));
        for (var round = 0; round < 4; round++)
        {
            var (lines, expected) = Jobs(random);
            string[] log = [.. lines, .. random.GetItems(lines.ToArray(), 3)];
            random.Shuffle(log);
            using var bed = new CollectorBed(kind);
            for (var at = 0; at < log.Length;)
            {
                var next = Math.Min(log.Length, at + random.Next(1, 9));
                File.AppendAllLines(bed.Live, log[at..next]);
                Collect(bed, "gridengine", null);
                if (random.Next(6) == 0)
                {
                    File.Move(bed.Live, bed.Archive(1), overwrite: true);
                }

                at = next;
            }

            AssertHas(bed, expected);
            StoreRebuild.Run(StoreAddress.Parse(bed.Database), cancellation: TestContext.Current.CancellationToken);
            AssertHas(bed, expected);
        }
    }

    [Fact]
    public async Task Jobs_and_their_tasks_by_two_writers_at_once_come_together()
    {
        var random = new Random(Suite.Seed(72));
        using var bed = new CollectorBed(kind);
        using var other = AccountingStore.OpenToWrite(bed.Database);
        var (lines, expected) = Jobs(random);
        string[] log = [.. lines];
        random.Shuffle(log);
        var reader = new AccountingReader("gridengine", CollectorSource.DefaultCluster, "");
        var records = reader.Feed(Encoding.UTF8.GetBytes(string.Join("", log.Where((_, i) => i % 2 == 0).Select(l => $"{l}\n")))).Concat(reader.Finish()).Select(i => i.Record).OfType<AccountingRecord>().ToList();
        var piped = Task.Run(() => records.Chunk(3).ToList().ForEach(r => other.Add(r, [])), TestContext.Current.CancellationToken);
        foreach (var some in log.Where((_, i) => i % 2 == 1).Chunk(3))
        {
            File.AppendAllLines(bed.Live, some);
            Collect(bed, "gridengine", null);
        }

        await piped;

        AssertHas(bed, expected);
    }

    [Fact]
    public void A_job_of_Slurm_has_the_peak_memory_of_its_steps()
    {
        using var bed = new CollectorBed(kind);
        string Row(string id, string start, string end, string peak, string cpu) => $"{id}|ana|2026-03-01T10:00:00|{start}|{end}|{cpu}|{peak}|COMPLETED";
        const string Head = "JobID|User|Submit|Start|End|TotalCPU|MaxRSS|State";
        File.WriteAllLines(bed.Live, [Head, Row("7_3", "2026-03-01T10:00:05", "2026-03-01T11:00:05", "", "01:00:00"), Row("7_3.batch", "2026-03-01T10:00:05", "2026-03-01T11:00:05", "2048K", "00:10:00")]);
        Collect(bed, "slurm", "UTC");
        File.AppendAllLines(bed.Live, [Row("7_3.0", "2026-03-01T10:10:05", "2026-03-01T10:20:05", "3M", "00:50:00"), Row("7_4.0", "2026-03-01T10:10:05", "2026-03-01T10:20:05", "9M", "00:50:00"), Row("7_3.1", "2026-03-01T12:10:05", "2026-03-01T12:20:05", "9M", "00:50:00")]);
        Collect(bed, "slurm", "UTC");

        var job = Assert.Single(bed.Store.Query(JobFilter.All));
        Assert.Equal((7, 3, 3072, 3600), (job.JobId, job.ArrayIndex, job.MaxMemKb, job.CpuSeconds));
        Assert.Equal(3072, Assert.Single(bed.Store.Report(JobFilter.All, [])).MaxMemKb);
        Assert.Empty(bed.Store.Verify().Differences);
    }

    [Theory]
    [InlineData("UPDATE job_record SET user_cpu_seconds = user_cpu_seconds + 1", "the user_cpu_seconds of a job is not that of its line")]
    [InlineData("UPDATE part SET system_cpu_seconds = 99", "a part of a job says something else than its line")]
    [InlineData("DELETE FROM part", "a part of a job is not in the store")]
    public void What_parts_add_is_verified(string change, string told)
    {
        using var bed = new CollectorBed(kind);
        WriteJobAndTask(bed.Live);
        Collect(bed, "gridengine", null);
        Assert.Equal(8, Assert.Single(bed.Store.Query(JobFilter.All)).CpuSeconds);
        Assert.Empty(bed.Store.Verify().Differences);

        bed.Execute(change);

        Assert.Contains(bed.Store.Verify().Differences, d => d.Contains(told, StringComparison.Ordinal));
    }

    /// <summary>Writes a log of Grid Engine of one job that used 5 s of CPU time itself, and 3 s in a task.</summary>
    internal static void WriteJobAndTask(string path) =>
        File.WriteAllLines(path, [Line(1, 0, Begin, Begin, Begin + 60, 3, 1, 500, "1.n2"), Line(1, 0, Begin, Begin, Begin + 90, 5, 2, 400, "NONE")]);

    // Elements of arrays and jobs of their own, each with some lives, the last one maybe of another job that got the number years later; each with
    // some tasks, the clocks of whose hosts may be behind; and tasks of a job that nothing else tells of.
    private static (List<string> Lines, SortedDictionary<string, (double Cpu, long? Peak)> Expected) Jobs(Random random)
    {
        var (lines, expected) = (new List<string>(), new SortedDictionary<string, (double, long?)>(StringComparer.Ordinal));
        int Cpu() => random.Next(10_000);
        for (var which = 0; which < 12; which++)
        {
            var (job, element) = which < 6 ? (which + 1, 0) : (7, which - 5);
            var at = Begin + (which < 6 ? random.Next(200_000) : 0);
            for (var life = random.Next(1, 4); life > 0; life--)
            {
                var (start, end) = (at + random.Next(20), at + 100 + random.Next(100_000));
                at = end + 10 + random.Next(50) + (life == 2 ? random.Next(2) * 100_000_000 : 0);
                var (user, system, peak) = (Cpu(), Cpu(), random.Next(1, 9_000));
                lines.Add(Line(job, element, start - 5, start, end, user + system, system, peak, "NONE"));
                double cpu = user + system;
                for (var task = random.Next(4); task > 0; task--)
                {
                    var (taskUser, taskSystem, taskPeak) = (Cpu(), Cpu(), random.Next(1, 9_000));
                    var began = Math.Min(end, start + random.Next(-5, (int)(end - start)));
                    lines.Add(Line(job, element, began, began, end + 3, taskUser + taskSystem, taskSystem, taskPeak, $"{task}.n{task}"));
                    (cpu, peak) = (cpu + taskUser + taskSystem, Math.Max(peak, taskPeak));
                }

                expected[$"{job} {element} {end}"] = (cpu, peak);
            }
        }

        lines.Add(Line(1, 0, Begin - 900, Begin - 900, Begin - 800, 9, 3, 9_999, "1.n1"));
        lines.Add(Line(99, 0, Begin, Begin, Begin + 800, 9, 3, 9_999, "1.n1"));
        return (lines, expected);
    }

    private static string Line(int job, int element, long submitted, long start, long end, double cpu, double system, long peak, string task) => string.Create(
        CultureInfo.InvariantCulture,
        $"all.q:n1:physics:ana:run:{job}:sge:0:{submitted}:{start}:{end}:0:0:{end - start}:{cpu - system:F6}:{system:F6}:{peak}:0:0:0:0:0:0:0:0:0:0:0:0:0:0:NONE:dep:mpi:4:{element}:{cpu:F6}:0:0:NONE:0:{task}:0:0:0");

    private static void AssertHas(CollectorBed bed, SortedDictionary<string, (double Cpu, long? Peak)> expected)
    {
        var jobs = bed.Store.Query(JobFilter.All).ToDictionary(j => $"{j.JobId} {j.ArrayIndex} {j.EndTime.ToUnixTimeSeconds()}", j => (j.CpuSeconds, j.MaxMemKb), StringComparer.Ordinal);
        Assert.Equal(expected, new SortedDictionary<string, (double, long?)>(jobs, StringComparer.Ordinal));
        Assert.Equal("", string.Join("\n", bed.Store.Verify().Differences));
        Assert.Empty(bed.Store.Rejects());
        Assert.Equal(expected.Values.Sum(e => e.Cpu), Assert.Single(bed.Store.Report(JobFilter.All, [])).CpuSeconds, 1e-3);
    }

    private static void Collect(CollectorBed bed, string format, string? zone) => new Collector(
        bed.Store, new CollectorOptions { Sources = [ContractBed.SourceOf(format, "numbered", bed.Live, zone)], Once = true }).Run(TestContext.Current.CancellationToken);
}

/// <inheritdoc/>
public sealed class SqliteJobPartTests() : JobPartTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlJobPartTests() : JobPartTests(StoreKind.PostgreSql);
