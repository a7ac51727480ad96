using NfsTools.Accounting;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Core.Tests.Collecting;

/// <summary>A log, a store and the ways to bring one into the other.</summary>
internal sealed class CollectorBed : IDisposable
{
    private readonly TestDirectory directory = new();

    public CollectorBed()
    {
        Live = directory["lsb.acct"];
        Database = directory["a.db"];
        Store = AccountingStore.OpenToWrite(Database);
    }

    public string Live { get; }

    public string Database { get; }

    public AccountingStore Store { get; }

    public string Archive(int number) => $"{Live}.{number}";

    public LogWriter Writer(LogWriterOptions? options = null) => new(Live, seed: 1, options ?? new LogWriterOptions());

    public CollectorSummary Collect(TimeSpan? nulPatience = null) => Collector(nulPatience: nulPatience).Run(TestContext.Current.CancellationToken);

    public Collector Collector(bool once = true, TimeSpan? nulPatience = null, IProgress<CollectorEvent>? progress = null) =>
        new(Store, new CollectorOptions { Sources = [new CollectorSource(Live)], Once = once, NulPatience = nulPatience ?? TimeSpan.FromDays(1) }, progress);

    /// <summary>Every record written is in the store once, none else is, and the store verifies.</summary>
    public void AssertHolds(IEnumerable<GeneratedRecord> truth)
    {
        var expected = truth.Where(t => t.Kind == GeneratedKind.Job).Select(t => (t.JobId, t.Index, t.SubmitTime, t.EventTime)).Order();
        var found = Store.Query(JobFilter.All).Select(j => (j.JobId, j.ArrayIndex, j.SubmitTime.ToUnixTimeSeconds(), j.EndTime.ToUnixTimeSeconds())).Order();
        Assert.Equal(expected, found);
        Assert.Empty(Store.Verify().Differences);
    }

    public void Dispose()
    {
        Store.Dispose();
        directory.Dispose();
    }
}
