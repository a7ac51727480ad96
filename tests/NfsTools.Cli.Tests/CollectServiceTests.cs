using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NfsTools.Coordination;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools collect</c> under a service manager: what it tells the manager, signs of life, and SIGHUP.</summary>
public sealed class CollectServiceTests : IDisposable
{
    // A sign of life every 100 ms.
    private const string Watchdog = "200000";

    // How exact the clock is that is compared with.
    private const long CoarseMicroseconds = 20_000;

    // So long without one that it cannot be by chance.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);
    private readonly TestDirectory directory = new();
    private readonly LsfLogGenerator generator = new(17, new LsfGeneratorOptions());

    private string Config => directory["collector.yaml"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_manager_is_told_of_the_beginning_a_reload_and_the_end_in_order(bool isAbstract)
    {
        using var manager = new NotifySocket(isAbstract ? $"@nfstools-{Guid.NewGuid():N}" : directory["notify"]);
        Append("a");
        Configure("a");
        using var collect = Start(manager);

        Assert.StartsWith("READY=1\nSTATUS=", manager.Receive(), StringComparison.Ordinal);
        collect.ReadUntil("committed");
        var before = MonotonicMicroseconds();
        collect.Signal("HUP");
        var reloading = manager.Until("RELOADING=1\n").Split('=')[^1];
        Assert.InRange(long.Parse(reloading, CultureInfo.InvariantCulture), before - CoarseMicroseconds, MonotonicMicroseconds() + CoarseMicroseconds);
        Assert.Matches("^READY=1\nSTATUS=1 new records, 0 rejects, 0 bytes waiting$", manager.Until("READY=1"));
        collect.ReadUntil("reloaded");
        collect.Signal("TERM");
        manager.Until("STOPPING=1");

        var outcome = collect.End();
        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Matches("summary .* records=1 ", outcome.Lines[^1]);
    }

    [Fact]
    public async Task Signs_of_life_go_on_while_the_file_server_does_not_answer_and_it_ends_when_it_is_told_to()
    {
        PrivateMounts.SkipUnlessAllowed(Path.GetDirectoryName(directory["x"])!);
        using var manager = new NotifySocket(directory["notify"]);
        using (var mkfifo = Process.Start("mkfifo", [directory["go"]]))
        {
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var script = Task.Run(() => PrivateMounts.Run(
            Path.GetDirectoryName(directory["x"])!,
            PrivateMounts.Hung("m") + $"NOTIFY_SOCKET={manager.Address} WATCHDOG_USEC={Watchdog} $NFSTOOLS collect m/c1/lsb.acct --store a.db & p=$!; read x <go; kill -TERM $p; wait $p"), TestContext.Current.CancellationToken);
        try
        {
            for (var signs = 0; signs < 20 && !script.IsCompleted; signs++)
            {
                manager.Until("WATCHDOG=1");
            }
        }
        finally
        {
            if (!script.IsCompleted)
            {
                await File.WriteAllTextAsync(directory["go"], "\n", TestContext.Current.CancellationToken);
            }
        }

        var (code, output) = await script;
        Assert.Equal(0, code);
        Assert.Contains("summary bytes=0 ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Signs_of_life_go_on_while_the_database_does_not_answer()
    {
        // Its connections are taken by the kernel, and nobody ever answers.
        using var manager = new NotifySocket(directory["notify"]);
        using var database = new TcpListener(IPAddress.Loopback, 0);
        database.Start();
        Append("a");
        File.WriteAllText(Config, $"store: Host=127.0.0.1;Port={((IPEndPoint)database.LocalEndpoint).Port};Database=accounting;Username=lsf\nsources: [{{path: '{directory["a"]}'}}]\n");
        using var collect = Start(manager, ("WATCHDOG_USEC", Watchdog));

        Assert.StartsWith("READY=1", manager.Receive(), StringComparison.Ordinal);
        for (var signs = 0; signs < 30; signs++)
        {
            manager.Until("WATCHDOG=1");
        }

        Assert.False(collect.HasEnded);
    }

    [Fact]
    public void Signs_of_life_stop_while_the_collecting_thread_hangs_and_go_on_with_it()
    {
        // Nobody reads the log: once the pipe is full, the collecting thread stands still in writing to it.
        using var manager = new NotifySocket(directory["notify"]);
        File.WriteAllLines(directory["a"], Enumerable.Range(0, 5000).Select(i => $"JOB_FINISH damaged {i}"));
        Append("a");
        Configure("a");
        using var collect = Start(manager, ("WATCHDOG_USEC", Watchdog));

        manager.Until("WATCHDOG=1");
        while (manager.Receive(Silence) is not null)
        {
        }

        collect.ReadUntil("records=1 ");
        manager.Until("WATCHDOG=1");
        collect.Signal("TERM");
        Assert.Equal(0, collect.End().Code);
    }

    [Fact]
    public void A_manager_that_reads_nothing_holds_nothing_up()
    {
        using var manager = new NotifySocket(directory["notify"]);
        manager.Fill();
        Append("a");
        Configure("a");
        using var collect = Start(manager, ("WATCHDOG_USEC", Watchdog));

        collect.ReadUntil("committed");
        collect.Signal("HUP");
        collect.ReadUntil("reloaded");
        collect.Signal("TERM");
        Assert.Equal(0, collect.End().Code);
    }

    [Fact]
    public void A_watchdog_that_watches_another_process_gets_no_signs_of_life()
    {
        using var manager = new NotifySocket(directory["notify"]);
        Append("a");
        Configure("a");
        using var collect = Start(manager, ("WATCHDOG_USEC", Watchdog), ("WATCHDOG_PID", "1"));
        collect.ReadUntil("committed");
        collect.Signal("HUP");
        collect.ReadUntil("reloaded");
        collect.Signal("TERM");
        Assert.Equal(0, collect.End().Code);

        var told = new List<string>();
        while (!told.Contains("STOPPING=1"))
        {
            told.Add(manager.Receive()!);
        }

        Assert.DoesNotContain("WATCHDOG=1", told);
    }

    [Fact]
    public void A_reload_adds_a_log_while_both_are_written_and_every_record_is_there_once()
    {
        Configure("a");
        Append("a");
        using var collect = Start();
        collect.ReadUntil("committed");
        for (var round = 0; round < 10; round++)
        {
            Append("a", 20);
            Append("b", 20);
            Configure(round % 2 == 0 ? ["a", "b"] : ["a"]);
            collect.Signal("HUP");
            collect.ReadUntil("reloaded");
        }

        Configure("a", "b");
        collect.Signal("HUP");
        collect.ReadUntil("reloaded");
        Append("b");
        WaitForJobs(1 + 200 + 200 + 1);
        collect.Signal("TERM");

        var outcome = collect.End();
        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Matches("summary .* records=402 duplicates=0 rejects=0 ", outcome.Lines[^1]);
        Assert.Equal(0, NfstoolsProcess.Run("verify", "--store", directory["a.db"]).Code);
    }

    [Fact]
    public void Whoever_looks_for_archives_leaves_the_locks_of_a_store_beside_the_log_alone()
    {
        Append("a");
        Configure("a");
        using var collect = Start();
        for (var commits = 0; commits < 4; commits++)
        {
            collect.ReadUntil("committed");
            Append("a");
        }

        collect.ReadUntil("committed");
        foreach (var file in new[] { "a.db", "a.db-shm" })
        {
            using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", directory[file]]) { RedirectStandardOutput = true })!;
            Assert.Matches($@"POSIX .* {collect.Id} \S+:{stat.StandardOutput.ReadToEnd().Trim()} ", File.ReadAllText("/proc/locks"));
        }
    }

    [Fact]
    public void A_reload_changes_store_metrics_and_log()
    {
        Append("a");
        Configure("metrics: first.prom", ["a"]);
        using var collect = Start();
        collect.ReadUntil("committed");
        File.WriteAllText(Config, $"store: second.db\nmetrics: second.prom\nlog: json\nsources: [{{path: '{directory["a"]}'}}]\n");
        collect.Signal("HUP");

        var told = JsonDocument.Parse(collect.ReadUntil("reloaded")).RootElement;
        Assert.Equal(("info", directory["second.db"]), (told.GetProperty("level").GetString(), told.GetProperty("store").GetString()));
        Assert.Equal(1, JsonDocument.Parse(collect.ReadUntil("committed")).RootElement.GetProperty("records").GetInt64());
        Assert.True(File.Exists(directory["second.prom"]));
        Assert.False(File.Exists(directory["first.prom"]));
        collect.Signal("TERM");
        Assert.Equal(0, collect.End().Code);
        Assert.Equal(0, NfstoolsProcess.Run("verify", "--store", directory["second.db"]).Code);
    }

    [Theory]
    [InlineData("store: a.db\nsources:\n- path: a\n  clusters: c\n", "collector.yaml:4:3: unknown key")]
    [InlineData("store: /nonexistent/a.db\nsources: [{path: a}]\n", "/nonexistent/a.db: the store cannot be created")]
    [InlineData("store: a\nsources: [{path: a}]\n", "the file is no SQLite database")]
    [InlineData("store: held.db\nsources: [{path: a}]\n", "held.db: another collector is at work on this store")]
    [InlineData("store: b.db\nmetrics: /nonexistent/a.prom\nsources: [{path: a}]\n", "/nonexistent/a.prom: the metrics cannot be written")]
    public void A_configuration_that_cannot_be_used_is_told_of_and_the_old_one_stays_in_force(string yaml, string expected)
    {
        using var manager = new NotifySocket(directory["notify"]);
        using var held = SharedLock.TryAcquire(directory["held.db.lock"], cancellation: TestContext.Current.CancellationToken);
        Append("a");
        Configure("a");
        using var collect = Start(manager);
        collect.ReadUntil("committed");
        File.WriteAllText(Config, yaml);
        collect.Signal("HUP");

        var refused = collect.ReadUntil("refused");
        Assert.Contains(expected, refused, StringComparison.Ordinal);
        Assert.Matches(" remedy=\"[^\"]+", refused);
        manager.Until("RELOADING=1");
        manager.Until("READY=1");
        Append("a");
        Assert.Contains("records=1 ", collect.ReadUntil("committed"), StringComparison.Ordinal);
        collect.Signal("TERM");
        Assert.Contains($" store={directory["a.db"]} jobs=2 ", collect.End().Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_configuration_SIGHUP_ends_it_as_it_does_other_commands()
    {
        Append("a");
        using var collect = NfstoolsProcess.Start("collect", directory["a"], "--store", directory["a.db"]);
        collect.ReadUntil("committed");
        collect.Signal("HUP");

        Assert.Equal(129, collect.End().Code);
        Assert.Equal(0, NfstoolsProcess.Run("verify", "--store", directory["a.db"]).Code);
    }

    public void Dispose() => directory.Dispose();

    private static long MonotonicMicroseconds() => Environment.TickCount64 * 1000;

    private NfstoolsProcess Start(NotifySocket? manager = null, params (string, string)[] environment) =>
        NfstoolsProcess.StartWith([.. manager is null ? Array.Empty<(string, string)>() : [("NOTIFY_SOCKET", manager.Address)], .. environment], "collect", "--config", Config);

    private void Append(string log, int records = 1)
    {
        using var file = new FileStream(directory[log], FileMode.Append);
        for (var i = 0; i < records; i++)
        {
            file.Write(generator.Next().Bytes);
        }
    }

    private void Configure(params string[] logs) => Configure("log: text", logs);

    private void Configure(string line, string[] logs) =>
        File.WriteAllText(Config, $"store: a.db\npollSeconds: 0.2\n{line}\nsources:\n{string.Concat(logs.Select(l => $"- {{path: '{directory[l]}', cluster: c1}}\n"))}");

    private void WaitForJobs(long count)
    {
        var waiting = Stopwatch.StartNew();
        while (NfstoolsProcess.Json("report", "--store", directory["a.db"], "--json").GetProperty("jobs").GetInt64() < count)
        {
            Assert.True(waiting.Elapsed < Patience, "The records do not come.");
        }
    }
}
