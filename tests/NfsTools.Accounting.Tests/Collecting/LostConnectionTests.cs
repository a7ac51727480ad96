using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A connection to PostgreSQL that ends at any moment, and a server that is started anew.</summary>
[Trait("Store", "PostgreSQL")]
public sealed class LostConnectionTests
{
    private readonly LsfLogGenerator generator = new(71, new LsfGeneratorOptions { DefectRate = 0.02, QuirkRate = 0.1, OtherRate = 0.02, FillerRate = 0.05 });

    /// <summary>NFSTOOLS_KILLS says how often.</summary>
    [Fact]
    [Trait("Suite", "Long")]
    public async Task Every_record_is_stored_once_wherever_the_connection_is_cut()
    {
        var random = new Random(Suite.Seed(72));
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        using var proxy = new PostgresProxy();
        Append(writer, 150);
        Collect(bed, proxy);
        Append(writer, 150);
        var whole = Collect(bed, proxy);
        for (var cuts = Suite.Count("NFSTOOLS_KILLS", 20); cuts > 0; cuts--)
        {
            Append(writer, 150);
            var cut = int.IsEvenInteger(cuts) ? proxy.BreakAfter(random.NextInt64(whole.Rows), ClientBytes.Rows) : proxy.BreakAfter(random.NextInt64(whole.All));
            try
            {
                Collect(bed, proxy);
            }
            catch (StoreUnavailableException)
            {
                // Whether the commit was done is not known: the next round finds out.
            }

            Assert.True(int.IsOddInteger(cuts) || await cut);
        }

        Collect(bed, proxy);
        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public async Task A_following_collector_goes_on_after_its_connection_was_cut()
    {
        var random = new Random(Suite.Seed(73));
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        using var proxy = new PostgresProxy();
        await using var collector = new RunningCollector(proxy.Reach(bed.Database), bed.Live);
        Append(writer, 10);
        await collector.Reaches(bed, writer.Bytes);
        for (var cuts = 0; cuts < 4; cuts++)
        {
            var cut = proxy.BreakAfter(random.NextInt64(20_000), ClientBytes.Rows);
            Append(writer, 150);
            await cut.WaitAsync(Told.Patience, TestContext.Current.CancellationToken);
            Assert.Contains("does not answer", (await collector.Told.Next(CollectorEventKind.Waiting)).Message, StringComparison.Ordinal);
            Assert.Contains("can be used again", (await collector.Told.Next(CollectorEventKind.Waiting)).Message, StringComparison.Ordinal);
            await collector.Reaches(bed, writer.Bytes);
        }

        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public async Task A_collector_that_starts_before_its_server_waits_for_it()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        using var proxy = new PostgresProxy();
        Append(writer, 10);
        _ = proxy.BreakAfter(300);
        await using var collector = new RunningCollector(proxy.Reach(bed.Database), bed.Live);

        await collector.Told.Next(CollectorEventKind.Waiting, "does not answer");
        await collector.Told.Next(CollectorEventKind.Waiting, "can be used again");
        await collector.Reaches(bed, writer.Bytes);
        bed.AssertHolds(writer.Truth);
    }

    /// <summary>What a driver throws from a connection that ends depends on where it ends, and is not always an error of a database.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("57P01")]
    public void Wherever_the_servers_answers_end_it_is_an_outage(string sqlState)
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        using var proxy = new PostgresProxy();
        byte[] lastWords = sqlState.Length == 0 ? [] : Fatal(sqlState);
        Append(writer, 20);
        Collect(bed, proxy);
        var outages = 0;
        for (var answers = 0; ; answers += 1 + (answers / 4))
        {
            Append(writer, 2);
            var ended = proxy.EndAfterAnswers(answers, lastWords);
            try
            {
                Collect(bed, proxy);
            }
            catch (StoreUnavailableException)
            {
                outages++;
            }

            if (!ended.IsCompleted)
            {
                break;
            }
        }

        Assert.InRange(outages, 10, int.MaxValue);
        bed.AssertHolds(writer.Truth);
    }

    private static byte[] Fatal(string sqlState)
    {
        var fields = Encoding.ASCII.GetBytes($"SFATAL\0VFATAL\0C{sqlState}\0Mterminating connection\0\0");
        return [(byte)'E', 0, 0, 0, (byte)(fields.Length + sizeof(int)), .. fields];
    }

    private static (long All, long Rows) Collect(CollectorBed bed, PostgresProxy proxy)
    {
        var before = proxy.Sent;
        using var store = AccountingStore.OpenToWrite(proxy.Reach(bed.Database));
        new Collector(store, new CollectorOptions { Sources = [new CollectorSource(bed.Live)], Once = true }).Run(TestContext.Current.CancellationToken);
        return (proxy.Sent.All - before.All, proxy.Sent.Rows - before.Rows);
    }

    private void Append(LogWriter writer, int records)
    {
        for (var i = 0; i < records; i++)
        {
            writer.Append(generator.Next());
        }
    }
}
