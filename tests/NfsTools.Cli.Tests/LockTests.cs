using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace NfsTools.Cli.Tests;

public sealed class LockTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private string Root => Path.GetDirectoryName(directory["l"])!;

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    public void The_commands_exit_code_passes_through(string script, int code)
    {
        var outcome = Shell(script);

        Assert.Equal((code, "", ""), (outcome.Code, outcome.Output, outcome.Errors));
    }

    [Fact]
    public void The_commands_output_passes_through_and_it_knows_the_epoch()
    {
        Shell("true");

        var outcome = Shell("echo $NFSTOOLS_LOCK_EPOCH; echo error >&2");

        Assert.Equal((0, "2\n", "error\n"), (outcome.Code, outcome.Output, outcome.Errors));
    }

    [Fact]
    public void A_lock_that_another_process_holds_is_not_got_and_the_holder_is_named()
    {
        using var holder = Hold("l");

        var refused = Run("lock", "l", "--", "touch", "ran");
        var late = Run("lock", "l", "--wait", "200ms", "--", "touch", "ran");

        Assert.Equal((118, 118), (refused.Code, late.Code));
        Assert.StartsWith($"nfstools lock: l: the lock is held by {TestUser.Name} on {Environment.MachineName}, process ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("nfstools lock: l: the lock is held by ", late.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(directory["ran"]));
    }

    [Fact]
    public void Who_waits_gets_it_when_it_is_free()
    {
        using var holder = Hold("l");
        using var next = NfstoolsProcess.Start("lock", directory["l"], "--wait", "1h", "--", "echo", "mine");

        Release(holder);

        Assert.Equal("mine", next.ReadUntil("mine"));
        Assert.Equal(0, next.End().Code);
    }

    [Fact]
    public void Its_status_is_told_and_is_the_exit_code()
    {
        using var holder = Hold("l");
        var held = Run("lock", "--status", "l");
        var both = Run("lock", "--status", "l", "free", "--json");
        Release(holder);
        var free = Run("lock", "--status", "l");

        Assert.Equal((0, 1, 1), (held.Code, both.Code, free.Code));
        Assert.StartsWith("PATH ", held.Lines[0], StringComparison.Ordinal);
        Assert.Contains("  held  ", held.Lines[1], StringComparison.Ordinal);
        Assert.Contains("  free  ", free.Lines[1], StringComparison.Ordinal);
        var locks = JsonDocument.Parse(both.Output).RootElement;
        Assert.Equal((true, 1, Environment.MachineName), (locks[0].GetProperty("held").GetBoolean(), locks[0].GetProperty("epoch").GetInt32(), locks[0].GetProperty("host").GetString()));
        Assert.Equal((false, JsonValueKind.Null), (locks[1].GetProperty("held").GetBoolean(), locks[1].GetProperty("epoch").ValueKind));
    }

    [Fact]
    public void A_forged_epoch_stops_nobody_and_those_after_it_grow()
    {
        Shell("true");
        File.WriteAllText(directory["l"], File.ReadAllText(directory["l"]).Replace("epoch: 1\n", "epoch: 9223372036854775806\n", StringComparison.Ordinal));

        var epochs = Enumerable.Range(0, 3).Select(_ => Shell("echo $NFSTOOLS_LOCK_EPOCH")).Select(o => (o.Code, Epoch: long.Parse(o.Output.Trim(), CultureInfo.InvariantCulture))).ToList();

        Assert.All(epochs, e => Assert.Equal(0, e.Code));
        Assert.InRange(epochs[0].Epoch, 2, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal([epochs[0].Epoch + 1, epochs[0].Epoch + 2], epochs.Skip(1).Select(e => e.Epoch));
    }

    [Theory]
    [InlineData("since: 2024-01-01T00:00:00Z", "since: 9999-99-99T00:00:00Z")]
    [InlineData("process: 1", "process: 99999999999")]
    [InlineData("epoch: 1", "epoch: one")]
    public void A_damaged_text_in_a_lock_file_stops_nobody(string field, string damaged)
    {
        Shell("true");
        File.WriteAllText(directory["l"], Regex.Replace(File.ReadAllText(directory["l"]), $"(?m)^{field.Split(' ')[0]} .*$", damaged));

        var free = Run("lock", "--status", "l", "--json");
        var next = Shell("echo $NFSTOOLS_LOCK_EPOCH");

        Assert.Equal((1, 0), (free.Code, next.Code));
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(free.Output).RootElement[0].GetProperty("epoch").ValueKind);
        Assert.InRange(long.Parse(next.Output, CultureInfo.InvariantCulture), 1_700_000_000_000, long.MaxValue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void A_lock_that_another_program_holds_is_not_told_as_that_of_the_last_holder(long from)
    {
        Shell("true");
        using var other = new FileStream(directory["l"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        other.Lock(from, 1L << 40);

        var status = Run("lock", "--status", "l", "--json");
        var refused = Shell("true");
        using var waiting = NfstoolsProcess.StartWithErrors("lock", directory["l"], "--wait", "1h", "--", "true");
        var told = waiting.ReadUntil("waiting");
        other.Unlock(from, 1L << 40);

        var one = JsonDocument.Parse(status.Output).RootElement[0];
        Assert.Equal((0, true, JsonValueKind.Null), (status.Code, one.GetProperty("held").GetBoolean(), one.GetProperty("user").ValueKind));
        Assert.Equal((118, "nfstools lock: l: the lock is held by another program, which does not say who it is; --wait waits for it\n"), (refused.Code, refused.Errors));
        Assert.Equal("nfstools lock: waiting for another program, which does not say who it is", told);
        Assert.Equal(0, waiting.End().Code);
    }

    [Fact]
    public void The_status_of_a_lock_in_a_directory_that_is_not_there_is_an_error()
    {
        var outcome = Run("lock", "--status", "typo/l");

        Assert.Equal((3, ""), (outcome.Code, outcome.Output));
        Assert.Contains("typo/l: No such file or directory", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_lock_ends_the_command()
    {
        using var run = NfstoolsProcess.Start("lock", directory["l"], "--ttl", "300ms", "--", "sh", "-c", "echo begun; exec sleep 1000");
        run.ReadUntil("begun");

        File.Delete(directory["l"]);

        var outcome = run.End();
        Assert.Equal(119, outcome.Code);
        Assert.Equal($"nfstools lock: {directory["l"]}: the lock is lost: the lock file was deleted or replaced; the command is ended\n", outcome.Errors);
    }

    [Fact]
    public void A_command_that_does_not_heed_the_loss_is_killed_after_the_grace()
    {
        using var run = NfstoolsProcess.Start("lock", directory["l"], "--ttl", "300ms", "--grace", "200ms", "--", "sh", "-c", "trap 'echo told' TERM; echo begun; while :; do sleep 0.05; done");
        run.ReadUntil("begun");

        File.Delete(directory["l"]);

        run.ReadUntil("told");
        Assert.Equal(119, run.End().Code);
    }

    [Fact]
    public void When_its_holder_is_killed_the_command_ends_and_the_lock_is_free()
    {
        using var run = NfstoolsProcess.Start("lock", directory["l"], "--", "sh", "-c", "trap 'echo guarded' TERM; echo $$; while :; do sleep 0.05; done");
        var command = run.Output.ReadLine();

        // Signals reach the command once it has its guard.
        run.Signal("TERM");
        run.ReadUntil("guarded");
        run.Signal("KILL");

        Assert.Equal(0, Run("lock", "l", "--wait", "1h", "--", "true").Code);
        AssertEnds(command);
    }

    [Theory]
    [InlineData("the lock is lost")]
    [InlineData("its holder is killed")]
    public void What_the_command_started_in_a_session_of_its_own_ends_too_when(string happened)
    {
        using var run = NfstoolsProcess.Start(
            "lock", directory["l"], "--ttl", "300ms", "--grace", "200ms", "--", "sh", "-c", "trap 'echo guarded' TERM; setsid sh -c 'trap : TERM; echo $$; while :; do sleep 0.05; done' & while :; do sleep 0.05; done");
        var command = run.Output.ReadLine();
        run.Signal("TERM");
        run.ReadUntil("guarded");
        if (happened == "the lock is lost")
        {
            File.Delete(directory["l"]);
            Assert.Equal(119, run.End().Code);
        }
        else
        {
            run.Signal("KILL");
            Assert.Equal(0, Run("lock", "l", "--wait", "1h", "--", "true").Code);
        }

        AssertEnds(command);
    }

    [Fact]
    public void What_the_command_leaves_behind_does_not_hold_the_lock()
    {
        using var run = NfstoolsProcess.Start("lock", directory["l"], "--", "sh", "-c", "while [ -d \"$0\" ]; do sleep 0.05; done >/dev/null 2>&1 & echo $!", Root);
        run.ReadUntil("");
        Assert.Equal(0, run.End().Code);

        Assert.Equal(0, Shell("true").Code);
    }

    [Fact]
    public void A_command_that_ends_well_after_the_lock_was_lost_is_not_believed() => Assert.Equal(119, Shell("rm l").Code);

    [Fact]
    public void Signals_go_to_the_command()
    {
        using var run = NfstoolsProcess.Start("lock", directory["l"], "--", "sh", "-c", "trap 'echo got it; exit 3' TERM; echo begun; while :; do sleep 0.05; done");
        run.ReadUntil("begun");

        run.Signal("TERM");

        run.ReadUntil("got it");
        Assert.Equal(3, run.End().Code);
    }

    [Fact]
    public void A_signal_ends_the_wait()
    {
        using var holder = Hold("l");
        using var run = NfstoolsProcess.Start("lock", directory["l"], "--wait", "1h", "--", "true");
        while (!run.CatchesSignals)
        {
            Thread.Yield();
        }

        run.Signal("TERM");

        Assert.Equal(143, run.End().Code);
    }

    [Theory]
    [InlineData("lock l", 125, "There is no command to run")]
    [InlineData("lock a b -- true", 125, "name one lock file")]
    [InlineData("lock -- true", 125, "Required argument 'PATH' missing")]
    [InlineData("lock l --ttl 0 -- true", 125, "--ttl")]
    [InlineData("lock l --json -- true", 125, "--json needs --status")]
    [InlineData("lock no/l -- true", 125, "no/l: No such file or directory")]
    [InlineData("lock l -- no-such-command", 123, "no-such-command: No such file or directory")]
    [InlineData("lock --status l -- true", 2, "--status runs no command")]
    [InlineData("lock --status l --wait 1", 2, "exclude each other")]
    [InlineData("lock --status", 2, "Required argument 'PATH' missing")]
    [InlineData("lock l -- sh -c exit\t118", 118, "the command's own exit code: the command returned 118")]
    public void What_cannot_be_done_has_a_code_of_its_own_and_a_line_on_standard_error(string line, int code, string expected)
    {
        var outcome = Run([.. line.Split(' ').Select(word => word.Replace('\t', ' '))]);

        Assert.Equal((code, ""), (outcome.Code, outcome.Output));
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_that_hangs_is_told_of()
    {
        var (code, output) = PrivateMounts.Run(Root, PrivateMounts.Hung("m") + "$NFSTOOLS lock m/l -- true");

        Assert.Equal(125, code);
        Assert.Contains($"{directory["m/l"]}: the file system does not answer.", output, StringComparison.Ordinal);
    }

    // Whether a process is dead; its parent may not have heard of it.
    private static void AssertEnds(string? process)
    {
        var status = $"/proc/{process}/status";
        Assert.True(SpinWait.SpinUntil(() => !File.Exists(status) || Ended(status), TimeSpan.FromMinutes(2)), "The command goes on.");
    }

    private static bool Ended(string status)
    {
        try
        {
            return File.ReadAllText(status).Contains("\nState:\tZ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private NfstoolsProcess Hold(string name)
    {
        var holder = NfstoolsProcess.Start("lock", directory[name], "--", "sh", "-c", "echo held; until [ -e \"$0\" ]; do sleep 0.05; done", directory["go"]);
        holder.ReadUntil("held");
        return holder;
    }

    private void Release(NfstoolsProcess holder)
    {
        File.WriteAllText(directory["go"], "");
        Assert.Equal(0, holder.End().Code);
    }

    private NfstoolsProcess.Outcome Shell(string script) => Run("lock", "l", "--", "sh", "-c", script);

    private NfstoolsProcess.Outcome Run(params string[] arguments) => NfstoolsProcess.RunIn(Root, arguments);
}
