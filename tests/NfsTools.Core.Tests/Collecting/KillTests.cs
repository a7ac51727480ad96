using System.Diagnostics;
using NfsTools.Core.Tests.Cli;

namespace NfsTools.Core.Tests.Collecting;

/// <summary>NFSTOOLS_KILLS says how often the collector is killed.</summary>
[Trait("Suite", "Long")]
public abstract class KillTests(StoreKind kind)
{
    [Fact]
    public void Every_record_is_stored_once_however_often_the_collector_is_killed()
    {
        var random = new Random(Suite.Seed(51));
        using var bed = new CollectorBed(kind);
        var truth = bed.Live + ".truth";
        using var writer = Start(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "NfsTools.TestKit.dll"), "write", "--live", bed.Live, "--truth", truth, "--records", "100000000", "--seed", $"{random.Next()}", "--until-eof",
            "--per-second", "2000", "--rotate-every", "700", "--torn", "--defects", "0.01", "--quirks", "0.05", "--filler", "0.01"]);
        for (var kills = Suite.Count("NFSTOOLS_KILLS", 6); kills > 0; kills--)
        {
            using var collector = Start([.. NfstoolsProgram.Words, "collect", bed.Live, "--store", bed.Database, "--poll", "1"]);
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
            bed.EndLease();
        }

        Assert.NotEqual(0, bed.Store.Verify().Jobs);
        writer.StandardInput.Close();
        writer.WaitForExit();
        Assert.Equal(0, writer.ExitCode);
        bed.Collect();
        bed.AssertHoldsTruth(truth);
        bed.AssertKeepsFiles();
    }

    private static Process Start(string[] words) => Process.Start(new ProcessStartInfo(words[0], words[1..])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}

/// <inheritdoc/>
public sealed class SqliteKillTests() : KillTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlKillTests() : KillTests(StoreKind.PostgreSql);
