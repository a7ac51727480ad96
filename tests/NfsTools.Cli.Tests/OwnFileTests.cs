using System.Diagnostics;

namespace NfsTools.Cli.Tests;

/// <summary>What one process writes again and again no second one writes over; and what is no file is not taken for one.</summary>
public sealed class OwnFileTests(SampleLog sample) : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void A_second_watch_with_the_state_of_another_is_refused_by_its_name_and_gets_it_once_that_has_ended()
    {
        string[] watch = ["watch", directory["d"], "--state", directory["s.json"]];
        Directory.CreateDirectory(directory["d"]);
        using var first = NfstoolsProcess.Start(watch);
        Await(() => File.Exists(directory["s.json"]));

        var second = NfstoolsProcess.RunIn(directory[""], "watch", directory["d"], "--state", "s.json");

        Assert.Equal((3, ""), (second.Code, second.Output));
        Assert.StartsWith($"nfstools: {directory["s.json"]}: another process keeps its state in this file: ", second.Errors, StringComparison.Ordinal);
        first.Signal("KILL");
        first.End();
        using var third = NfstoolsProcess.Start(watch);
        File.WriteAllText(directory["d/x"], "");
        third.ReadUntil("d/x");
    }

    [Fact]
    public void A_watch_of_its_states_directory_tells_nothing_of_the_state()
    {
        using var watch = NfstoolsProcess.Start("watch", directory["."], "--state", directory["s.json"]);
        Await(() => File.Exists(directory["s.json"]));
        File.WriteAllText(directory["x"], "");

        Assert.EndsWith("/x", watch.ReadUntil(directory[""]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_collector_with_the_metrics_of_another_is_refused()
    {
        File.Copy(sample.LogPath, directory["lsb.acct"]);
        using var first = NfstoolsProcess.Start("collect", directory["lsb.acct"], "--store", directory["a.db"], "--metrics", directory["m.prom"]);
        first.ReadUntil("committed");

        var second = NfstoolsProcess.Run("collect", directory["lsb.acct"], "--store", directory["b.db"], "--metrics", directory["m.prom"], "--once");

        Assert.Equal(2, second.Code);
        Assert.StartsWith($"nfstools: {directory["m.prom"]}: another process keeps its metrics in this file: ", second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_are_written_to_a_device_and_do_not_take_its_place()
    {
        var (code, output) = PrivateMounts.Run(directory[""], $"cp '{sample.LogPath}' lsb.acct; mknod null c 1 3 || exit 77; $NFSTOOLS collect lsb.acct --store a.db --once --quiet --metrics null; [ -c null ] && $NFSTOOLS collect lsb.acct --store a.db --once --quiet --metrics /dev/stdout");

        Assert.SkipWhen(code == 77, "no device can be made here");
        Assert.Equal((0, output), (code, output));
        Assert.Contains("nfstools_collector_up", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mkfifo x", "a FIFO")]
    [InlineData("mkdir x", "a directory")]
    [InlineData("ln -s /dev/null x", "a device")]
    [InlineData("mkfifo y; ln -s y x", "a FIFO")]
    public void What_is_no_file_is_no_log_to_follow_and_no_state(string make, string kind)
    {
        using (var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", make]) { WorkingDirectory = directory[""] })!)
        {
            shell.WaitForExit();
        }

        var follow = NfstoolsProcess.Run("collect", directory["x"], "--store", directory["a.db"]);
        var once = NfstoolsProcess.Run("collect", directory["x"], "--store", directory["a.db"], "--once");
        var watch = NfstoolsProcess.Run("watch", directory["x"], "--content");
        var state = NfstoolsProcess.Run("watch", directory["."], "--state", directory["x"]);

        Assert.Equal((3, 3, 2, 3), (follow.Code, once.Code, watch.Code, state.Code));
        Assert.All(new[] { follow, once, watch }, o => Assert.StartsWith($"nfstools: {directory["x"]}: this is {kind}, which no log is kept in.", o.Errors, StringComparison.Ordinal));
        Assert.StartsWith($"nfstools: {directory["x"]}: the state cannot be written: it is {kind}, no regular file", state.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory[""], "a.db*"));
    }

    public void Dispose() => directory.Dispose();

    private static void Await(Func<bool> come)
    {
        for (var started = Stopwatch.GetTimestamp(); !come();)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60));
            Thread.Sleep(20);
        }
    }
}
