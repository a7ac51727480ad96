using System.Security.Cryptography;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>A log of a format, a store, and what must be so of both.</summary>
internal sealed class ContractBed : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly CollectorBed bed;
    private readonly FormatSample sample;
    private readonly string layout;

    public ContractBed(StoreKind kind, FormatSample sample, string layout = "numbered")
    {
        (bed, this.sample, this.layout) = (new CollectorBed(kind), sample, layout);
        Log = new ContractLog(sample, layout, directory["log"]);
    }

    public ContractLog Log { get; }

    public AccountingStore Store => bed.Store;

    public string Database => bed.Database;

    public CollectorSource Source => SourceOf(sample.Format, layout, Log.Path, sample.TimeZone);

    /// <summary>The log, its local times of another time zone where it has any.</summary>
    public CollectorSource SourceIn(string timeZone) => SourceOf(sample.Format, layout, Log.Path, sample.TimeZone is null ? null : timeZone);

    public static CollectorSource SourceOf(string format, string layout, string path, string? timeZone) => new(path, CollectorSource.DefaultCluster, format, timeZone) { Layout = layout };

    public CollectorSummary Collect(CollectorSource? source = null, TimeSpan? nulPatience = null) =>
        new Collector(Store, new CollectorOptions { Sources = [source ?? Source], Once = true, NulPatience = nulPatience ?? TimeSpan.FromDays(1) }).Run(TestContext.Current.CancellationToken);

    public void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => bed.Execute(sql, parameters);

    /// <summary>Each job is there once, with all fields of its line, no other is, and the store says what follows from the bytes that it keeps.</summary>
    public void AssertHolds()
    {
        Assert.Equal(Log.Truth.Order(StringComparer.Ordinal), Keys(Store.Query(JobFilter.All)));
        Assert.Equal(Log.Truth.Order(StringComparer.Ordinal), Keys(Store.QueryAllFields(JobFilter.All)));
        Assert.Equal("", string.Join("\n", Store.Verify().Differences));
    }

    /// <summary>What was written is kept byte for byte, and nothing else is.</summary>
    public void AssertKeepsAll() =>
        Assert.Equal(Digests(Log.Written), Digests(Store.Generations().Select(g => bed.Kept(new LogExport { Generations = [g.Id] }))));

    /// <summary>All rows are derived again.</summary>
    public void Rebuild() => StoreRebuild.Run(StoreAddress.Parse(Database), cancellation: TestContext.Current.CancellationToken);

    /// <summary>As if the time of a killed collector's lease had passed.</summary>
    public void EndLease() => bed.EndLease();

    public void Dispose()
    {
        bed.Dispose();
        directory.Dispose();
    }

    private static IEnumerable<string> Keys(IEnumerable<JobRecord> jobs) =>
        jobs.Select(j => SampleRecord.KeyOf(j.JobId, j.ArrayIndex, j.SubmitTime.ToUnixTimeSeconds(), j.EndTime.ToUnixTimeSeconds())).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Digests(IEnumerable<byte[]> contents) =>
        contents.Where(c => c.Length > 0).Select(c => $"{c.Length} {Convert.ToHexString(SHA256.HashData(c))}").Order(StringComparer.Ordinal);
}
