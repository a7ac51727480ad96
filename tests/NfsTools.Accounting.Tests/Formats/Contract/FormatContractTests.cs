using System.Diagnostics;
using System.Text;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.Watching;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>
/// What holds of every format: on real files, in each store. A fifth of NFSTOOLS_KILLS says how often a collector is killed,
/// NFSTOOLS_FUZZ_RECORDS how many records are mutated, NFSTOOLS_ROUND_TRIP_RECORDS how many the long log has.
/// </summary>
/// <param name="make">Makes logs of the format by a seed.</param>
public abstract partial class FormatContractTests(Func<int, FormatSample> make)
{
    private const int RecordsOfFile = 50_000;

    public static TheoryData<StoreKind> Stores => [With(StoreKind.Sqlite), With(StoreKind.PostgreSql)];

    public static TheoryData<StoreKind, string> Layouts => [.. LogLayouts.Names.SelectMany(l => new[] { With(StoreKind.Sqlite, l), With(StoreKind.PostgreSql, l) })];

    [Theory]
    [MemberData(nameof(Stores))]
    public void A_log_without_a_record_has_none_yet_and_is_read_once_it_has(StoreKind kind)
    {
        using var bed = new ContractBed(kind, make(1));

        Assert.Equal(0, bed.Collect().Bytes);

        bed.Log.Append(3);
        bed.Collect();
        bed.AssertHolds();
        Assert.Empty(bed.Store.Rejects());
        bed.AssertKeepsAll();
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_record_is_there_once_through_the_rotations_of_each_layout(StoreKind kind, string layout)
    {
        using var bed = new ContractBed(kind, make(2), layout);
        for (var step = 0; step < 9; step++)
        {
            bed.Log.Append(5);

            // Now and then nobody collects for some rotations.
            if (step % 4 != 2)
            {
                bed.Collect();
            }

            if (step % 2 == 0)
            {
                bed.Log.Rotate();
            }
        }

        bed.Log.Append(2);
        bed.Collect();

        bed.AssertHolds();
        bed.AssertKeepsAll();
        Assert.Equal(0, bed.Collect().Bytes);
        Assert.Equal(0, bed.Store.Generations().Sum(g => g.Rejects));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void A_log_is_read_on_from_the_middle_wherever_it_was_cut(StoreKind kind)
    {
        var sample = make(3);
        using var bed = new ContractBed(kind, sample);
        for (var i = 0; i < 12; i++)
        {
            var record = sample.NextJob();
            var cut = record.Bytes.Length * i / 12;
            bed.Log.Append(record.Bytes.AsSpan(0, cut));
            bed.Collect();
            bed.Log.Append(record with { Bytes = record.Bytes[cut..] });
        }

        bed.Collect();

        bed.AssertHolds();
        bed.AssertKeepsAll();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Two_files_that_begin_alike_are_both_read(StoreKind kind)
    {
        var sample = make(5);
        using var bed = new ContractBed(kind, sample);
        var first = sample.NextJob();
        bed.Log.Append(first);
        var begin = bed.Log.Written.Single();
        bed.Log.Append(4);
        bed.Collect();
        File.Move(bed.Log.Growing, bed.Log.Growing + ".1");
        bed.Log.Begin(begin);
        bed.Log.Append(6);

        bed.Collect();

        bed.AssertHolds();
        bed.AssertKeepsAll();
        Assert.Equal(2, bed.Store.Generations().Count);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Damage_costs_no_other_record_and_is_kept(StoreKind kind)
    {
        var sample = make(6);
        using var bed = new ContractBed(kind, sample);
        bed.Log.Append(3);
        bed.Log.Append("nonsense\n"u8);
        bed.Log.Append(3);
        bed.Log.Append([.. sample.NextJob().Bytes.AsSpan(0, 20), (byte)'\n']);
        bed.Log.Append(3);
        bed.Log.Append(new byte[100]);
        bed.Log.Append(3);
        bed.Log.Append([0xff, 0xfe, 0x01, (byte)'\n']);
        bed.Log.Append(3);

        bed.Collect(nulPatience: TimeSpan.Zero);

        bed.AssertHolds();
        bed.AssertKeepsAll();
        Assert.Contains(bed.Store.Rejects(), r => Encoding.UTF8.GetString(r.Bytes.Span) == "nonsense\n");
        Assert.Contains(bed.Store.Rejects(), r => r.Length == 100);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('#')]
    [InlineData('\0')]
    public void What_is_longer_than_a_record_can_be_is_kept_as_rejects_that_verification_agrees_with(char filled)
    {
        using var bed = new ContractBed(StoreKind.Sqlite, make(12));
        var length = RecordReader.MaxUnitBytes + 1000;
        bed.Log.Append(3);
        bed.Log.Append([.. Enumerable.Repeat((byte)filled, length), (byte)'\n']);
        bed.Log.Append(3);

        bed.Collect(nulPatience: TimeSpan.Zero);

        bed.AssertHolds();
        bed.AssertKeepsAll();
        Assert.Equal([RecordReader.MaxUnitBytes], bed.Store.Rejects().Select(r => r.Length).Where(l => l > 1001));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Times_are_those_of_the_zone_that_the_file_was_begun_in(StoreKind kind)
    {
        using var bed = new ContractBed(kind, make(7));
        bed.Log.Append(20);
        bed.Collect();
        bed.Log.Append(20);

        bed.Collect(bed.SourceIn("Asia/Tokyo"));

        bed.AssertHolds();
        bed.Rebuild();
        bed.AssertHolds();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Rejects_of_an_older_reader_are_read_again_as_their_log_says(StoreKind kind)
    {
        var sample = make(8);
        using var bed = new ContractBed(kind, sample);
        var (at, records) = ((int)new FileInfo(bed.Log.Growing).Length, new List<byte[]>());
        for (var i = 0; i < 10; i++)
        {
            records.Add(sample.NextJob() is var job ? job.Bytes : []);
            bed.Log.Append(job);
        }

        bed.Collect();
        bed.Execute("DELETE FROM job_record");
        bed.Execute("DELETE FROM daily");
        foreach (var bytes in records)
        {
            bed.Execute(
                $"""INSERT INTO reject (generation_id, "offset", length, bytes, reason, reader_version) VALUES (1, {at}, {bytes.Length}, @bytes, 'it could not', 0)""",
                ("@bytes", bytes));
            at += bytes.Length;
        }

        bed.Collect();

        Assert.Empty(bed.Store.Rejects());
        bed.AssertHolds();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Records_that_come_through_a_pipeline_from_any_files_are_kept_and_read_again(StoreKind kind)
    {
        using var bed = new ContractBed(kind, make(9));
        bed.Log.Append(30);
        bed.Log.Rotate();
        bed.Log.Append(30);
        var records = bed.Log.Written.SelectMany((bytes, file) => Read(bed, bytes, 100 + file)).ToList();
        var others = records.Count(r => r is not JobRecord);

        // Those of the files by turns.
        Assert.Equal(bed.Log.Truth.Count + others, bed.Store.Add([.. records.Where((_, i) => i % 2 == 0), .. records.Where((_, i) => i % 2 != 0)], []));
        Assert.Equal(0, bed.Store.Add(records, []));

        bed.AssertHolds();
        bed.Rebuild();
        bed.AssertHolds();

        // Jobs that one store gave are kept by another one as well.
        using var other = new CollectorBed(kind);
        Assert.Equal(bed.Log.Truth.Count, other.Store.Add([.. bed.Store.Query(JobFilter.All)], []));
        Assert.Empty(other.Store.Verify().Differences);
        Assert.Equal(bed.Store.Query(JobFilter.All).Select(j => (j.JobId, j.EndTime)).Order(), other.Store.Query(JobFilter.All).Select(j => (j.JobId, j.EndTime)).Order());
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void A_pipeline_reads_on_in_the_middle_of_a_log(StoreKind kind)
    {
        using var bed = new ContractBed(kind, make(10));
        bed.Log.Append(8);
        Follow(bed);
        bed.AssertHolds();
        bed.Log.Append(8);
        Follow(bed);
        bed.Log.Rotate();
        bed.Log.Append(8);

        Follow(bed);

        bed.AssertHolds();
        Assert.Empty(bed.Store.Rejects());
        bed.Rebuild();
        bed.AssertHolds();
        bed.AssertKeepsAll();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    [Trait("Suite", "Long")]
    public void Every_record_is_there_once_however_often_the_collector_is_killed(StoreKind kind)
    {
        var random = new Random(Suite.Seed(11));
        var sample = make(12);
        var layout = RecordFormats.Get(sample.Format).Layout.Name;
        using var bed = new ContractBed(kind, sample, layout);
        for (var kills = (Suite.Count("NFSTOOLS_KILLS", 20) + 4) / 5; kills > 0; kills--)
        {
            bed.Log.Append(random.Next(100, 300));
            var words = ContractProgram.Collect(bed.Database, sample.Format, layout, bed.Log.Path, sample.TimeZone);
            using var collector = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true })!;
            Assert.NotNull(collector.StandardOutput.ReadLine());
            bed.Log.Append(random.Next(1, 200));
            bed.Log.Rotate();
            bed.Log.Append(random.Next(1, 200));
            collector.WaitForExit(random.Next(1, 400));
            Assert.False(collector.HasExited, "the collector ended by itself");
            collector.Kill();
            collector.WaitForExit();
            bed.EndLease();
        }

        bed.Collect();
        bed.AssertHolds();
        bed.AssertKeepsAll();
    }

    [Fact]
    [Trait("Suite", "Long")]
    public void Every_record_of_a_long_log_is_there_once_and_the_log_comes_out_again()
    {
        using var bed = new ContractBed(StoreKind.Sqlite, make(14));
        var left = Suite.Count("NFSTOOLS_ROUND_TRIP_RECORDS", 2_000);
        for (; left > RecordsOfFile; left -= RecordsOfFile)
        {
            bed.Log.Append(RecordsOfFile);
            bed.Log.Rotate();
        }

        bed.Log.Append(left);
        bed.Collect();

        bed.AssertHolds();
        bed.AssertKeepsAll();
        Assert.Empty(bed.Store.Rejects());
    }

    private static List<AccountingRecord> Read(ContractBed bed, byte[] bytes, int piece)
    {
        var reader = new AccountingReader(bed.Source.Format, CollectorSource.DefaultCluster, "", bed.Source.Settings.TimeZone);
        return [.. bytes.Chunk(piece).SelectMany(c => reader.Feed(c)).Concat(reader.Finish()).Select(i => i.Record).OfType<AccountingRecord>()];
    }

    private static void Follow(ContractBed bed)
    {
        var reader = new LogLineReader(bed.Source.Format, CollectorSource.DefaultCluster, bed.Source.Settings.TimeZone);
        var options = new LogWatchOptions { Paths = [bed.Log.Path], ResumeFrom = AccountingStore.PositionsIn(StoreAddress.Parse(bed.Database)), NulPatience = TimeSpan.Zero };
        foreach (var line in new LogWatcher(options).Watch(TestContext.Current.CancellationToken))
        {
            bed.Store.Add([.. reader.Read(line).Select(i => i.Record).OfType<AccountingRecord>()], []);
            if (line.Path == bed.Log.Growing && line.Remaining == 0)
            {
                return;
            }
        }
    }

    private static TheoryDataRow<StoreKind> With(StoreKind kind) => Traits(new TheoryDataRow<StoreKind>(kind), kind);

    private static TheoryDataRow<StoreKind, string> With(StoreKind kind, string layout) => Traits(new TheoryDataRow<StoreKind, string>(kind, layout), kind);

    private static TRow Traits<TRow>(TRow row, StoreKind kind)
        where TRow : TheoryDataRowBase
    {
        if (kind == StoreKind.PostgreSql)
        {
            row.Traits["Store"] = ["PostgreSQL"];
        }

        return row;
    }
}

/// <inheritdoc/>
public sealed class LsfContractTests() : FormatContractTests(seed => new LsfSample(seed));

/// <inheritdoc/>
public sealed class ColumnsContractTests() : FormatContractTests(seed => new ColumnsSample(seed));

/// <inheritdoc/>
public sealed class PbsContractTests() : FormatContractTests(seed => new PbsSample(seed));

/// <inheritdoc/>
public sealed class SlurmContractTests() : FormatContractTests(seed => new SlurmSample(seed));

/// <inheritdoc/>
public sealed class SlurmJobcompContractTests() : FormatContractTests(seed => new SlurmJobcompSample(seed));

/// <inheritdoc/>
public sealed class SlurmDocumentContractTests() : FormatContractTests(seed => new SlurmDocumentSample(seed));
