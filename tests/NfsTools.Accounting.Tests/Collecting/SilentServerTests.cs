using System.Net.Sockets;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A server that takes what it is sent and never answers: whoever wants to stop does not wait for it.</summary>
[Trait("Store", "PostgreSQL")]
public sealed class SilentServerTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly CancellationTokenSource stop = new();

    public void Dispose()
    {
        stop.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task Opening_a_store_ends_when_it_is_to_where_the_handshake_is_never_answered()
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(new UnixDomainSocketEndPoint(directory[".s.PGSQL.5432"]));
        server.Listen();
        foreach (var open in new Func<string, AccountingStore>[] { s => AccountingStore.OpenToRead(Until(s)), s => AccountingStore.OpenToWrite(Until(s)) })
        {
            var opening = Task.Run(() => open($"Host={directory["."]};Username=nobody;Timeout=0"));
            using var client = stop.IsCancellationRequested ? null : await server.AcceptAsync(TestContext.Current.CancellationToken);

            await stop.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Told.Patience, CancellationToken.None));
        }
    }

    [Theory]
    [InlineData(ClientBytes.All, 0)]
    [InlineData(ClientBytes.All, 400)]
    [InlineData(ClientBytes.Rows, 5000)]
    [InlineData(ClientBytes.BehindRows, 40)]
    public async Task A_collector_ends_when_it_is_to_wherever_its_server_falls_silent(object which, long bytes)
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        using var proxy = new PostgresProxy();
        var generator = new LsfLogGenerator(76, new LsfGeneratorOptions());
        for (var i = 0; i < 300; i++)
        {
            writer.Append(generator.Next());
        }

        var silent = proxy.BreakAfter(bytes, (ClientBytes)which, freeze: true);
        using var store = AccountingStore.OpenLater(Until($"{proxy.Reach(bed.Database)};Command Timeout=0;Timeout=0"));
        var collector = new Collector(store, new CollectorOptions { Sources = [new CollectorSource(bed.Live)] });
        var running = Task.Run(() => collector.Run(stop.Token));
        await silent.WaitAsync(Told.Patience, TestContext.Current.CancellationToken);

        await stop.CancelAsync();

        await running.WaitAsync(Told.Patience, CancellationToken.None);
        proxy.Thaw();
    }

    [Fact]
    public async Task A_report_ends_when_it_is_to_while_another_holds_the_tables()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var store = AccountingStore.OpenToRead(Until(bed.Database));
        bed.Execute("CREATE FUNCTION never() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint FROM pg_sleep(1e6)'; CREATE OR REPLACE VIEW span AS SELECT never() AS generation_id, 0::bigint AS \"offset\", 0::bigint AS length, 'x'::text AS kind");
        bed.Execute("INSERT INTO cluster (name) VALUES ('c'); INSERT INTO generation (cluster_id, format, live_path, path, fingerprint, variant, position, tail_hash, tail_length, created_at, committed_at) SELECT cluster_id, '', '', '', '', 0, 0, '', 0, 0, 0 FROM cluster");
        var reading = Task.Run(store.Generations);
        while ((long)bed.Scalar("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")! == 0)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Told.Patience, CancellationToken.None));
    }

    private StoreAddress Until(string address) => StoreAddress.Parse(address).Until(stop.Token);
}
