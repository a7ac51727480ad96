using System.Diagnostics;
using NfsTools.Accounting;
using NfsTools.Accounting.Store;

namespace NfsTools.Core.Tests.Collecting;

/// <summary>NFSTOOLS_KILLS says how often the collector is killed.</summary>
[Trait("Suite", "Long")]
public sealed class KillTests
{
    [Fact]
    public void Every_record_is_stored_once_however_often_the_collector_is_killed()
    {
        var random = new Random(Suite.Seed(51));
        using var directory = new TestDirectory();
        var (live, database, truth) = (directory["lsb.acct"], directory["a.db"], directory["truth"]);
        using var writer = Start(
            "NfsTools.TestKit.dll", "write", "--live", live, "--truth", truth, "--records", "100000000", "--seed", $"{random.Next()}", "--until-eof",
            "--per-second", "2000", "--rotate-every", "700", "--torn", "--defects", "0.01", "--quirks", "0.05", "--filler", "0.01");
        for (var kills = Suite.Count("NFSTOOLS_KILLS", 6); kills > 0; kills--)
        {
            using var collector = Start("nfstools.dll", "collect", live, "--store", database, "--poll", "1");
            var committed = new ManualResetEventSlim();
            collector.OutputDataReceived += (_, line) =>
            {
                if (line.Data?.Contains(" committed ", StringComparison.Ordinal) ?? false)
                {
                    committed.Set();
                }
            };
            collector.BeginOutputReadLine();

            // Every other one well into following the log, the others from before they have opened the store on.
            if (int.IsEvenInteger(kills))
            {
                committed.Wait(TestContext.Current.CancellationToken);
            }

            collector.WaitForExit(random.Next(1, 800));
            Assert.False(collector.HasExited, "the collector ended by itself");
            collector.Kill();
            collector.WaitForExit();
        }

        using (var seen = AccountingStore.OpenToWrite(database))
        {
            Assert.NotEqual(0, seen.Verify().Jobs);
        }

        writer.StandardInput.Close();
        writer.WaitForExit();
        Assert.Equal(0, writer.ExitCode);
        using var store = AccountingStore.OpenToWrite(database);
        new Collector(store, new CollectorOptions { Sources = [new CollectorSource(live)], Once = true }).Run(TestContext.Current.CancellationToken);

        var expected = File.ReadLines(truth).Select(l => l.Split('\t')).Where(f => f[0] == "Job").Select(f => string.Join('\t', f[1..])).Order(StringComparer.Ordinal);
        var found = store.Query(JobFilter.All)
            .Select(j => $"{j.JobId}\t{j.ArrayIndex}\t{j.SubmitTime.ToUnixTimeSeconds()}\t{j.EndTime.ToUnixTimeSeconds()}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, found);
        TestContext.Current.TestOutputHelper?.WriteLine($"{store.Verify()}");
        Assert.Empty(store.Verify().Differences);
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = program == "nfstools.dll",
    })!;
}
