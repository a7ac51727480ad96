using System.Diagnostics;

namespace NfsTools.Accounting.Tests.Collecting;

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

    [Fact]
    public void A_store_is_rebuilt_however_often_the_rebuild_is_killed()
    {
        var random = new Random(Suite.Seed(53));
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        var generator = new TestKit.LsfLogGenerator(random.Next(), new TestKit.LsfGeneratorOptions { DefectRate = 0.02, QuirkRate = 0.1, OtherRate = 0.02, FillerRate = 0.02 });
        for (var i = 0; i < 8000; i++)
        {
            if (i % 2500 == 2499)
            {
                writer.Rotate((TestKit.LogRotation)(i / 2500));
            }

            writer.Append(generator.Next());
        }

        bed.Collect();
        var jobs = bed.Store.Verify(quick: true).Jobs;
        bed.Execute("DELETE FROM hosts_member");
        for (var kills = Suite.Count("NFSTOOLS_KILLS", 6); kills > 0; kills--)
        {
            using var rebuild = Start([.. NfstoolsProgram.Words, "rebuild", "--store", bed.Database]);
            rebuild.WaitForExit(random.Next(100, 1500));
            rebuild.Kill();
            rebuild.WaitForExit();
            bed.EndLease();
            Assert.Equal(jobs, bed.Store.Verify(quick: true).Jobs);
            Assert.Empty(bed.Store.Verify(quick: true).Differences);
        }

        Accounting.Store.StoreRebuild.Run(Accounting.Store.StoreAddress.Parse(bed.Database), cancellation: TestContext.Current.CancellationToken);
        bed.AssertHolds(writer.Truth);
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
