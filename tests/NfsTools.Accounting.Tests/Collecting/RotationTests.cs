using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

public abstract partial class RotationTests(StoreKind kind)
{
    private readonly LsfLogGenerator generator = new(21, new LsfGeneratorOptions());

    [Theory]
    [InlineData(LogRotation.Rename)]
    [InlineData(LogRotation.CopyUnlinkRenumber)]
    [InlineData(LogRotation.CopyTruncate)]
    public void A_rotation_loses_nothing_and_repeats_nothing(LogRotation how)
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 5);
        bed.Collect();
        Append(writer, 3);
        writer.Rotate(how);
        Append(writer, 4);

        bed.Collect();

        bed.AssertHolds(writer.Truth);
        bed.AssertKeepsFiles();
        Assert.Equal(0, bed.Collect().Bytes);
    }

    [Theory]
    [InlineData(LogRotation.Rename)]
    [InlineData(LogRotation.CopyUnlinkRenumber)]
    [InlineData(LogRotation.CopyTruncate)]
    public void Several_rotations_while_nobody_collected_are_caught_up(LogRotation how)
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 2);
        bed.Collect();
        for (var i = 0; i < 12; i++)
        {
            Append(writer, 3);
            writer.Rotate(how);
        }

        Append(writer, 1);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
        bed.AssertKeepsFiles();
        Assert.Equal(13, bed.Store.Verify().Generations);
    }

    [Fact]
    public void A_long_random_history_of_writes_rotations_and_collections_ends_complete()
    {
        var random = new Random(31);
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer(new LogWriterOptions { Torn = true });
        for (var step = 0; step < 150; step++)
        {
            switch (random.Next(6))
            {
                case 0:
                    writer.Rotate((LogRotation)random.Next(3));
                    break;
                case 1 or 2:
                    bed.Collect();
                    break;
                default:
                    Append(writer, random.Next(1, 20));
                    break;
            }
        }

        Append(writer, 1);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
        bed.AssertKeepsFiles();
    }

    [Fact]
    public void A_file_that_is_away_for_a_while_goes_on_where_it_was()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 3);
        bed.Collect();
        File.Move(bed.Live, bed.Live + "-away");
        Assert.Throws<NfsToolsException>(() => bed.Collect());
        File.Move(bed.Live + "-away", bed.Live);
        Append(writer, 2);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void A_log_that_never_was_is_an_error_that_names_it()
    {
        using var bed = new CollectorBed(kind);

        var error = Assert.Throws<NfsToolsException>(() => bed.Collect());

        Assert.Contains(bed.Live, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_goes_back_for_a_moment_is_waited_out()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 8);
        bed.Collect();
        var whole = File.ReadAllBytes(bed.Live);
        File.WriteAllBytes(bed.Live, whole[..(whole.Length / 2)]);
        Assert.Equal(0, bed.Collect().Bytes);
        File.WriteAllBytes(bed.Live, whole);
        Append(writer, 2);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
        Assert.Equal(1, bed.Store.Verify().Generations);
    }

    [Fact]
    public async Task A_followed_log_is_committed_as_it_grows_and_through_rotations()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var told = new Told();
        var running = Task.Run(() => bed.Collector(once: false, progress: told).Run(stop.Token), CancellationToken.None);
        async Task AwaitRecords(long count)
        {
            while (count > 0)
            {
                count -= (await told.Next(CollectorEventKind.Committed)).Records;
            }
        }

        await AwaitRecords(2);
        foreach (var how in Enum.GetValues<LogRotation>())
        {
            Append(writer, 3);
            await AwaitRecords(3);
            writer.Rotate(how);
            Append(writer, 2);
            await AwaitRecords(2);
        }

        await stop.CancelAsync();
        await running;
        bed.AssertHolds(writer.Truth);
    }

    private static byte[] Bytes(IEnumerable<GeneratedRecord> records) => [.. records.SelectMany(r => r.Bytes)];

    private GeneratedRecord[] Jobs(int count)
    {
        var jobs = new List<GeneratedRecord>();
        while (jobs.Count < count)
        {
            if (generator.Next() is { Kind: GeneratedKind.Job } job)
            {
                jobs.Add(job);
            }
        }

        return [.. jobs];
    }

    private void Append(LogWriter writer, int records)
    {
        for (var i = 0; i < records; i++)
        {
            writer.Append(generator.Next());
        }
    }
}

/// <inheritdoc/>
public sealed class SqliteRotationTests() : RotationTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlRotationTests() : RotationTests(StoreKind.PostgreSql);
