using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

[assembly: AssemblyFixture(typeof(NfsTools.Cli.Tests.SampleLog))]

namespace NfsTools.Cli.Tests;

/// <summary>A log of generated jobs with one damaged and one hostile record, and a store it was collected into; tests only read them.</summary>
public sealed class SampleLog : IDisposable
{
    public const int Jobs = 600;
    public const string Cluster = "c1";

    /// <summary>Turns text red, sets the title, and has Spectre's markup, a right-to-left override and a line end in it.</summary>
    public const string HostileUser = "\e[31m[red]ev\u202eil\e]0;title\a\n";

    public const string HostileProject = "=1+1,\"x\"";

    private readonly TestDirectory directory = new();

    public SampleLog()
    {
        var generator = new LsfLogGenerator(7, new LsfGeneratorOptions { Users = 5 });
        var records = Enumerable.Range(0, Jobs).Select(_ => generator.Next()).ToList();
        Truth = records;
        Hostile = records.Skip(10).First(r => r.Project.StartsWith("proj", StringComparison.Ordinal));
        using (var log = File.Create(LogPath))
        {
            foreach (var record in records)
            {
                log.Write(record == Hostile ? MakeHostile(record) : record.Bytes);
            }

            log.Write("JOB_FINISH damaged\n"u8);
        }

        using var store = AccountingStore.OpenToWrite(StorePath);
        new Collector(store, new CollectorOptions { Sources = [new CollectorSource(LogPath, Cluster)], Once = true }).Run(CancellationToken.None);
    }

    public IReadOnlyList<GeneratedRecord> Truth { get; }

    public GeneratedRecord Hostile { get; }

    public string LogPath => directory["lsb.acct"];

    public string StorePath => directory["accounting.db"];

    public void Dispose() => directory.Dispose();

    private static byte[] MakeHostile(GeneratedRecord record)
    {
        var text = Encoding.UTF8.GetString(record.Bytes)
            .Replace($"\"{record.User}\"", $"\"{HostileUser}\"", StringComparison.Ordinal)
            .Replace($"\"{record.Project}\"", $"\"{HostileProject.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }
}
