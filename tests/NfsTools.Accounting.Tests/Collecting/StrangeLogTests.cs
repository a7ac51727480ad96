using NfsTools.Accounting.Collecting;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A log in which nothing is a record yet is waited for, and what comes before the first record is kept.</summary>
public sealed class StrangeLogTests
{
    private readonly LsfLogGenerator generator = new(12, new LsfGeneratorOptions());

    [Fact]
    public async Task A_following_collector_waits_for_the_first_record_and_keeps_what_is_before_it_as_rejects()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        File.WriteAllText(bed.Live, "damaged\nand more\n");
        var told = new Told();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = Task.Run(() => bed.Collector(once: false, progress: told).Run(stop.Token));
        Assert.Contains("it seems to be text that is no accounting log: none of its 2 lines begins like a record of lsf", (await told.Next(CollectorEventKind.Waiting)).Message, StringComparison.Ordinal);

        var record = generator.Next();
        File.AppendAllBytes(bed.Live, record.Bytes);
        await told.Next(CollectorEventKind.Committed);
        await stop.CancelAsync();
        await running;

        Assert.Equal([0L, 8L], bed.Store.Rejects().Select(r => r.Offset));
        bed.AssertHolds([record]);
    }

    [Fact]
    public void What_was_refused_is_kept_as_rejects_once_it_was_rotated()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        File.WriteAllText(bed.Live, "damaged\n");
        Assert.Throws<NfsToolsException>(() => bed.Collect());
        File.Move(bed.Live, bed.Archive(1));
        var record = generator.Next();
        File.WriteAllBytes(bed.Live, record.Bytes);

        bed.Collect();

        Assert.Equal("damaged\n".Length, Assert.Single(bed.Store.Rejects()).Length);
        bed.AssertHolds([record]);
    }

    [Fact]
    public void A_log_of_which_something_was_stored_is_one_whatever_comes()
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        var record = generator.Next();
        writer.Append(record);
        bed.Collect();
        File.AppendAllText(bed.Live, "damaged\n");

        bed.Collect();

        Assert.Single(bed.Store.Rejects());
        bed.AssertHolds([record]);
    }
}
