using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;
using NfsTools.Watching;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>Lines of a followed log, turned into records and added to the store that they resume from.</summary>
public abstract class FollowedPipelineTests(StoreKind kind)
{
    private readonly LsfLogGenerator generator = new(23, new LsfGeneratorOptions { DefectRate = 0.02, QuirkRate = 0.1, FillerRate = 0.05 });

    [Fact]
    public void Every_record_is_stored_once_however_often_the_pipeline_is_broken_off()
    {
        var random = new Random(Suite.Seed(52));
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer(new LogWriterOptions { Torn = true });
        for (var step = 0; step < 60; step++)
        {
            Append(writer, random.Next(1, 15));
            if (random.Next(3) == 0)
            {
                writer.Rotate((LogRotation)random.Next(3));
                Append(writer, 1);
            }

            if (random.Next(2) == 0)
            {
                Follow(bed, batch: random.Next(1, 8), mostLines: random.Next(1, 60));
            }
        }

        Append(writer, 1);
        Follow(bed, batch: 3);

        bed.AssertHolds(writer.Truth);
        Assert.NotEmpty(bed.Store.Rejects());

        // A collector finds nothing left to read but what no record followed yet, and agrees with every reject.
        var rejects = bed.Store.Rejects().Count;
        Assert.Equal(0, bed.Collect().Records);
        Assert.Equal(rejects, bed.Store.Rejects().Count);
        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void What_no_record_follows_in_its_own_file_is_stored_with_the_first_record_of_the_next()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 2);
        File.AppendAllText(bed.Live, "nonsense\n");
        Follow(bed, batch: 1);
        Assert.Empty(bed.Store.Rejects());
        writer.Rotate(LogRotation.Rename);
        Append(writer, 1);

        Follow(bed, batch: 1);

        bed.AssertHolds(writer.Truth);
        Assert.Equal("nonsense\n", System.Text.Encoding.UTF8.GetString(Assert.Single(bed.Store.Rejects()).Bytes.Span));
        Assert.Equal(0, bed.Collect().Bytes);
    }

    [Fact]
    public void Records_left_out_on_the_way_leave_the_position_before_them_and_the_others_are_stored()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 6);
        var records = Records(bed).Take(6).ToList();

        Assert.Equal(2, bed.Store.Add([records[0], records[2]], []));

        Assert.Equal(records[0].Source!.Value.Length, Assert.Single(bed.Store.Generations(), g => !g.IsPipeline).Position);
        Assert.Equal(records[2].Source!.Value.Length, Assert.Single(bed.Store.Generations(), g => g.IsPipeline).Position);
        Assert.Empty(bed.Store.Verify().Differences);
        Assert.Equal(4, bed.Collect().Records);
        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void What_a_collector_has_read_meanwhile_is_passed_over()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 4);
        var records = Records(bed).Take(4).ToList();
        Assert.Equal(1, bed.Store.Add([records[0]], []));
        using (var other = AccountingStore.OpenToWrite(bed.Database))
        {
            new Collector(other, new CollectorOptions { Sources = [new CollectorSource(bed.Live)], Once = true }).Run(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, bed.Store.Add(records[1..], []));
        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void A_record_that_contradicts_the_store_is_told_and_kept_as_a_reject()
    {
        using var bed = new CollectorBed(kind);
        var job = generator.Next();
        while (job.Kind != GeneratedKind.Job)
        {
            job = generator.Next();
        }

        var line = System.Text.Encoding.UTF8.GetString(job.Bytes);
        File.WriteAllText(bed.Live, line + line + Altered(line));
        var conflicts = new List<AccountingRecord>();

        Assert.Equal(1, bed.Store.Add(Records(bed).Take(3).ToList(), conflicts));

        Assert.Equal(Altered(line), System.Text.Encoding.UTF8.GetString(Assert.Single(bed.Store.Rejects()).Bytes.Span));
        Assert.Single(conflicts);
        Assert.Empty(bed.Store.Verify().Differences);
        Assert.Equal(0, bed.Collect().Bytes);
    }

    private static string Altered(string line) => line.Replace("\"default\"", "\"another\"", StringComparison.Ordinal);

    private static IEnumerable<AccountingRecord> Records(CollectorBed bed, Func<LogLine, bool>? isLast = null)
    {
        var reader = new LogLineReader("lsf", CollectorSource.DefaultCluster);
        var options = new LogWatchOptions { Paths = [bed.Live], ResumeFrom = AccountingStore.PositionsIn(StoreAddress.Parse(bed.Database)), NulPatience = TimeSpan.Zero };
        foreach (var line in new LogWatcher(options).Watch(TestContext.Current.CancellationToken))
        {
            foreach (var record in reader.Read(line).Select(i => i.Record).OfType<AccountingRecord>())
            {
                yield return record;
            }

            if (isLast?.Invoke(line) == true)
            {
                yield break;
            }
        }
    }

    // As the pipeline does: lines to records, records to the store in batches, what is not committed when it breaks off is lost.
    private static void Follow(CollectorBed bed, int batch, int mostLines = int.MaxValue)
    {
        var pending = new List<AccountingRecord>();
        foreach (var record in Records(bed, line => --mostLines == 0 || (line.Path == bed.Live && line.Remaining == 0)))
        {
            pending.Add(record);
            if (pending.Count == batch || record.Unread == 0)
            {
                bed.Store.Add(pending, []);
                pending.Clear();
            }
        }
    }

    // The last one is a job, whose line ends what there is to read.
    private void Append(LogWriter writer, int count)
    {
        for (GeneratedRecord? last = null; count > 0 || last?.Kind != GeneratedKind.Job; count--)
        {
            last = generator.Next();
            writer.Append(last);
        }
    }
}

/// <inheritdoc/>
public sealed class SqliteFollowedPipelineTests() : FollowedPipelineTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlFollowedPipelineTests() : FollowedPipelineTests(StoreKind.PostgreSql);
