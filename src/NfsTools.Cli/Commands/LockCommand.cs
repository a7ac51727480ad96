using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.Coordination;
using NfsTools.Jobs;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools lock</c>: runs a command while holding a lock that every host sees, or tells who holds one.</summary>
internal sealed class LockCommand
{
    public const string Name = "lock";

    private const string Separator = "--";
    private const string StatusOption = "--status";
    private const string EpochVariable = "NFSTOOLS_LOCK_EPOCH";
    private const int SignalBase = 128;

    private readonly IReadOnlyList<string> words;

    private readonly Argument<string[]> paths = CommonOptions.NotEmpty(new Argument<string[]>("PATH")
    {
        Description = "The lock file; with --status any number of them. It is made where it is not there, with mode 0600, holds who took the lock last, and stays: "
            + "who deletes it lets two processes hold the lock. Symbolic links are not followed.",
        Arity = ArgumentArity.OneOrMore,
    });

    private readonly Option<Duration> wait = DurationOption.Of("--wait", "How long to wait for a lock that another holds: 90, 90s, 5m, 2h. Default: not at all.");

    private readonly Option<Duration> ttl = DurationOption.Of(
        "--ttl",
        $"How long the command may go on without the lock having been confirmed; it is confirmed three times as often, and every 10 s at least. Default: {LockOptions.UsualTtl.TotalSeconds}s, on NFSv4 no more than half of the server's lease: "
        + "a server that has heard nothing for its lease may give the lock to another host.",
        0.1);

    private readonly Option<Duration> grace = DurationOption.Of(
        "--grace", $"How long the command may take to end after SIGTERM, before SIGKILL. Default: {ChildProcess.UsualGrace.TotalSeconds}s, on NFSv4 no more than a quarter of the server's lease.");

    private readonly Option<bool> status = new(StatusOption) { Description = "Tell whether each lock is held, by whom and since when, without taking it. Ends with 0 where all are held, 1 where one is free." };

    private readonly Option<bool> json = CommonOptions.Json("With --status: a JSON array with one object a lock.");

    private LockCommand(IReadOnlyList<string> words) => this.words = words;

    /// <summary>The verb, with the command line's words behind "--".</summary>
    public static Command Create(IReadOnlyList<string> words)
    {
        var verb = new LockCommand(words);
        var command = new Command(
            Name,
            "nfstools lock PATH [options] -- COMMAND: run a command while holding a lock that one process of all hosts has at a time: a lock on a file of a shared file system, which the file server keeps (NFSv3 and NFSv4, SMB, cluster file systems). "
            + "On a local file system it is for the processes of this host. Where locks do not reach the other hosts (nolock, local_lock, most of FUSE) it refuses, and says why. "
            + "The command's standard streams, signals and exit code pass through; it finds the lock's epoch, which counts how often the lock was taken, in " + EpochVariable + ". "
            + "A lock that is lost (its file deleted or replaced, given up by the file server, or not confirmed for --ttl) ends the command: it and what it started, in other sessions too, get SIGTERM, and SIGKILL after --grace; what has thrown its environment away (sudo, env -i) is not found. "
            + "The lock is released when the command itself ends: what it leaves in the background runs on without it, so a script should end with wait. "
            + "Exit codes of lock itself: 118 another holds the lock, so the command was not run, 119 the lock was lost, 123 the command cannot be started, 125 lock itself cannot go on or was called wrongly; "
            + "a line on standard error says so then.")
        {
            verb.paths, verb.wait, verb.ttl, verb.grace, verb.status, verb.json,
        };
        command.Validators.Add(verb.CheckTogether);
        CommonOptions.OnlyWith(command, verb.json, verb.status);
        foreach (var option in new Option[] { verb.wait, verb.ttl, verb.grace })
        {
            CommonOptions.NotTogether(command, option, verb.status);
        }

        command.SetAction(verb.Run);
        return command;
    }

    /// <summary>The command line up to "--", and the words behind it.</summary>
    public static (string[] Line, string[] Words) Split(string[] line)
    {
        var at = Array.IndexOf(line, Separator);
        return at < 0 ? (line, []) : (line[..at], line[(at + 1)..]);
    }

    /// <summary>Whether a command line runs a command, whose exit codes are its own.</summary>
    public static bool Runs(string[] line) => line is [Name, ..] && !Split(line).Line.Contains(StatusOption, StringComparer.Ordinal);

    private void CheckTogether(CommandResult result)
    {
        var asks = result.GetResult(status) is { Implicit: false };
        if (asks && words.Count > 0)
        {
            result.AddError($"{StatusOption} runs no command.");
        }
        else if (!asks && words.Count == 0)
        {
            result.AddError("There is no command to run: it stands behind \"--\".");
        }
        else if (!asks && result.GetResult(paths) is { Tokens.Count: > 1 })
        {
            result.AddError("A command is run under one lock: name one lock file before \"--\".");
        }
    }

    private int Run(ParseResult line) => line.GetValue(status) ? Tell(line) : RunLocked(line);

    private int Tell(ParseResult line)
    {
        var locks = line.GetRequiredValue(paths).Select(path => LockStatus.Of(path)).ToList();
        LockTable.Write(line.InvocationConfiguration.Output, locks, line.GetValue(json));
        return locks.TrueForAll(l => l.IsHeld) ? ExitCode.Well : ExitCode.DoesNotHold;
    }

    private int RunLocked(ParseResult line)
    {
        var path = line.GetRequiredValue(paths)[0];
        var child = new ChildCommand { FileName = words[0], Arguments = [.. words.Skip(1)] };
        var options = new LockOptions { Wait = line.GetValue(wait)?.Time ?? TimeSpan.Zero, Ttl = line.GetValue(ttl)?.Time, Purpose = child.Text };
        using var signals = new JobSignals();
        try
        {
            using var held = SharedLock.TryAcquire(path, out var holder, options, new Waiting(), cancellation: signals.Token);
            if (held is null)
            {
                Say($"{path}: the lock is held by {LockHolder.Name(holder)}; --wait waits for it");
                return JobExitCode.LockHeld;
            }

            return End(signals, RunUnder(held, child, line.GetValue(grace)?.Time, signals));
        }
        catch (OperationCanceledException) when (signals.Received is { } signal)
        {
            Say($"signal {signal} came before the command was started");
            return End(signals, SignalBase + signal);
        }
    }

    private static int RunUnder(SharedLock held, ChildCommand command, TimeSpan? asked, JobSignals signals)
    {
        var grace = asked ?? (held.Lease / 4 is { } quarter && quarter < ChildProcess.UsualGrace ? quarter : ChildProcess.UsualGrace);
        if (held.Lease is { } lease && held.Ttl + grace > lease)
        {
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{held.Path}: without word from this host the file server may give the lock to another after {lease.TotalSeconds} s, but --ttl and --grace let the command run for {(held.Ttl + grace).TotalSeconds} s"));
        }

        // Told at once: what ends a command may take long where its files are on the same server.
        using var told = held.Lost.Register(() => Say($"{held.Path}: the lock is lost: {held.LostReason}; the command is ended"));
        ChildExit exit;
        try
        {
            var environment = new Dictionary<string, string?> { [EpochVariable] = held.Holder.Epoch.ToString(CultureInfo.InvariantCulture) };
            exit = new ChildProcess { Command = command with { Environment = environment }, Grace = grace, Lock = held }.Run(signals.Token, signals);
        }
        catch (NfsToolsException e) when (!command.CanStart())
        {
            Say($"{e.Message} {e.Remedy}");
            return JobExitCode.CannotStart;
        }

        if (!held.Confirm())
        {
            return JobExitCode.LockLost;
        }

        if (JobExitCode.IsOwn(exit.Code))
        {
            Say($"the command's own exit code: the command returned {exit.Code}");
        }

        return exit.Code;
    }

    // A script that ran this ends as well when the command was interrupted.
    private static int End(JobSignals signals, int code)
    {
        if (code == SignalBase + JobSignals.Interrupt)
        {
            signals.Dispose();
            JobSignals.EndInterrupted();
        }

        return code;
    }

    private static void Say(string text) => ErrorOutput.Line($"nfstools lock: {text}");

    private sealed class Waiting : IProgress<LockHolder?>
    {
        private string told = "";
        private bool isUnnamed;

        // Whoever waits wants to know for whom, and each holder once. Who has not said its name may be about to write it.
        public void Report(LockHolder? value)
        {
            if ((value is not null || isUnnamed) && LockHolder.Name(value) is var name && name != told)
            {
                Say($"waiting for {told = name}");
            }

            isUnnamed = value is null;
        }
    }
}
