using Microsoft.Data.Sqlite;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests;

/// <summary>A log, a store and the ways to bring one into the other.</summary>
internal sealed class CollectorBed : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly TestSchema? schema;

    public CollectorBed(StoreKind kind, string? timeZone = null)
    {
        Live = directory["lsb.acct"];
        schema = kind == StoreKind.PostgreSql ? new TestSchema() : null;
        Database = schema?.Address ?? directory["a.db"];
        Store = AccountingStore.OpenToWrite(StoreAddress.Parse(Database).In(timeZone));
    }

    public string Live { get; }

    public CollectorSource Source => new(Live);

    /// <summary>The store, as users name one.</summary>
    public string Database { get; }

    public AccountingStore Store { get; }

    public string Archive(int number) => $"{Live}.{number}";

    public LogWriter Writer(LogWriterOptions? options = null) => new(Live, seed: 1, options ?? new LogWriterOptions());

    public CollectorSummary Collect(TimeSpan? nulPatience = null, string? path = null) => Collector(nulPatience: nulPatience, path: path).Run(TestContext.Current.CancellationToken);

    public Collector Collector(bool once = true, TimeSpan? nulPatience = null, IProgress<CollectorEvent>? progress = null, string? path = null) =>
        new(Store, new CollectorOptions { Sources = [new CollectorSource(path ?? Live)], Once = once, NulPatience = nulPatience ?? TimeSpan.FromDays(1) }, progress);

    /// <summary>Changes the database past the store.</summary>
    public void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (schema is not null)
        {
            schema.Execute(sql, parameters);
            return;
        }

        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    /// <summary>Changes the database as if a program had stored it so.</summary>
    public void Pretend(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        Execute(sql, parameters);
        Store.With(d =>
        {
            RowSeal.WriteAll(d);
            return true;
        });
    }

    /// <summary>One value, read past the store.</summary>
    public object? Scalar(string sql)
    {
        if (schema is not null)
        {
            return schema.Scalar(sql);
        }

        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>As if the time of a killed collector's lease had passed.</summary>
    public void EndLease() => Execute("UPDATE lease SET expires = 0");

    /// <summary>Every record written is in the store once, none else is, and the store verifies.</summary>
    public void AssertHolds(IEnumerable<GeneratedRecord> truth) =>
        AssertHolds(truth.Where(t => t.Kind == GeneratedKind.Job).Select(t => $"{t.JobId}\t{t.Index}\t{t.SubmitTime}\t{t.EventTime}"));

    /// <summary>The jobs in the truth file of a log's writer are in the store once, none else is, and the store verifies.</summary>
    public void AssertHoldsTruth(string file) =>
        AssertHolds(File.ReadLines(file).Select(l => l.Split('\t')).Where(f => f[0] == "Job").Select(f => string.Join('\t', f[1..])));

    /// <summary>What is kept of a generation.</summary>
    public byte[] Kept(LogExport what)
    {
        using var kept = new MemoryStream();
        Store.Export(what, kept, TestContext.Current.CancellationToken);
        return kept.ToArray();
    }

    /// <summary>Each archive and the live file, but for a line at its end that may not be finished, are kept byte for byte, and nothing else is.</summary>
    public void AssertKeepsFiles()
    {
        var kept = Store.Generations().Select(g => Kept(new LogExport { Generations = [g.Id] })).ToList();
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(Live)!, $"{Path.GetFileName(Live)}*").Where(f => f != Live && int.TryParse(f[(Live.Length + 1)..], out _)).Select(File.ReadAllBytes).ToList();
        var live = File.ReadAllBytes(Live);
        files.Add(kept.Find(k => k.Length > 0 && live.AsSpan().StartsWith(k) && !live.AsSpan(k.Length).TrimEnd((byte)'\n').Contains((byte)'\n')) ?? live);
        Assert.Equal(Digests(files), Digests(kept));

        static IEnumerable<string> Digests(IEnumerable<byte[]> contents) => contents.Where(c => c.Length > 0)
            .Select(c => $"{c.Length} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(c))}").Distinct().Order(StringComparer.Ordinal);
    }

    public void Dispose()
    {
        Store.Dispose();
        schema?.Dispose();
        directory.Dispose();
    }

    private void AssertHolds(IEnumerable<string> expected)
    {
        var found = Store.Query(JobFilter.All).Select(j => $"{j.JobId}\t{j.ArrayIndex}\t{j.SubmitTime.ToUnixTimeSeconds()}\t{j.EndTime.ToUnixTimeSeconds()}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        var verification = Store.Verify();
        TestContext.Current.TestOutputHelper?.WriteLine($"{verification}");
        Assert.Empty(verification.Differences);
    }
}
