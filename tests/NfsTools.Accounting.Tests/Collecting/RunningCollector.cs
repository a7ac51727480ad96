using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A collector that follows a log on a thread of its own, with its own connection, until it is stopped.</summary>
internal sealed class RunningCollector : IAsyncDisposable
{
    /// <summary>The shortest lease there is.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly AccountingStore store;
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task<CollectorSummary> running;

    /// <param name="address">The store, as users name one.</param>
    /// <param name="live">The log.</param>
    /// <param name="during">Told of each event on the collecting thread, where it can do harm between two commits.</param>
    public RunningCollector(string address, string live, Action<CollectorEvent>? during = null)
    {
        store = AccountingStore.OpenLater(StoreAddress.Parse(address));
        Told = new Told(during);
        var options = new CollectorOptions { Sources = [new CollectorSource(live)], PollInterval = TimeSpan.FromMilliseconds(200), Lease = Lease };
        running = Task.Factory.StartNew(() => new Collector(store, options, Told).Run(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public Told Told { get; }

    /// <summary>Waits until the store has so many bytes of the log's generations.</summary>
    public async Task Reaches(CollectorBed bed, long bytes)
    {
        while (bed.Store.Generations().Sum(g => g.Position) < bytes)
        {
            await Told.Next(CollectorEventKind.Looked);
        }
    }

    /// <summary>Asks it to end, and waits for it.</summary>
    public async Task<CollectorSummary> End()
    {
        await stop.CancelAsync();
        return await running.WaitAsync(Told.Patience, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        store.Dispose();
        stop.Dispose();
    }
}
