using System.Diagnostics;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Store;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>The command in NFSTOOLS_TEST_POSTGRES_RESTART restarts the server of the tests, when no other test uses it.</summary>
[Collection(nameof(ServerRestartTests))]
[CollectionDefinition(nameof(ServerRestartTests), DisableParallelization = true)]
[Trait("Store", "PostgreSQL")]
public sealed class ServerRestartTests
{
    private const string Variable = "NFSTOOLS_TEST_POSTGRES_RESTART";

    [Fact]
    public async Task A_following_collector_goes_on_when_the_server_was_restarted_without_warning()
    {
        using var bed = new CollectorBed(StoreKind.PostgreSql);
        using var writer = bed.Writer();
        var generator = new LsfLogGenerator(74, new LsfGeneratorOptions());
        await using var collector = new RunningCollector(bed.Database, bed.Live);
        for (var restarts = 0; restarts < 3; restarts++)
        {
            for (var i = 0; i < 2000; i++)
            {
                writer.Append(generator.Next());
                if (i == 1000)
                {
                    Restart();
                }
            }

            await collector.Told.Next(CollectorEventKind.Waiting, "the database");
            await collector.Told.Next(CollectorEventKind.Waiting, "can be used again");
            Assert.Throws<StoreUnavailableException>(() => bed.Store.Generations());
            await collector.Reaches(bed, writer.Bytes);
        }

        bed.AssertHolds(writer.Truth);
    }

    private static void Restart()
    {
        var command = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(command), $"{Variable} names no command that restarts the server; tests/postgres/run does.");
        using var restart = Process.Start("/bin/sh", ["-c", command]);
        restart.WaitForExit();
        Assert.Equal(0, restart.ExitCode);
    }
}
