using System.Globalization;
using NfsTools.Coordination;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>
/// Runs a command with this process's standard streams, in a process group of its own. The terminal goes to it when it first
/// asks for it, and comes back at its end; until then Ctrl+C comes here and is passed on, so that a pipeline's other commands
/// keep their terminal. Where the command is ended, so is what it started, in groups and sessions of their own too, as long as
/// that keeps its environment.
/// </summary>
public sealed record ChildProcess
{
    /// <summary>How long a command that was asked to end may take before it is killed, where nothing else is said.</summary>
    public static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(10);

    private const string MarkValue = "1";

    // What is killed takes a moment to end, or never does where it waits for a file server.
    private const int MostPasses = 50;
    private static readonly TimeSpan PassPause = TimeSpan.FromMilliseconds(20);

    /// <summary>The command.</summary>
    public required ChildCommand Command { get; init; }

    /// <summary>How long it may run; then its group is sent SIGTERM. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>How long its group may take to end after SIGTERM, before SIGKILL.</summary>
    public TimeSpan Grace { get; init; } = UsualGrace;

    /// <summary>The lock it must not outlive; null for none. When the lock is lost, the command is ended as by a time-out.</summary>
    public SharedLock? Lock { get; init; }

    /// <summary>Kill the command, and what it started, when this process is killed; a lock is released only then.</summary>
    internal bool Guarded { get; init; } = true;

    /// <summary>Runs it to its end.</summary>
    /// <param name="cancellation">Ends it as a time-out does.</param>
    /// <param name="signals">Whose signals are passed on; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NfsToolsException">It cannot be started.</exception>
    public ChildExit Run(CancellationToken cancellation, JobSignals? signals = null, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var started = clock.GetTimestamp();
        var mark = string.Create(CultureInfo.InvariantCulture, $"NFSTOOLS_GUARDED_{Environment.ProcessId}_{Random.Shared.NextInt64():X}");
        using var guard = Guarded ? Guard(mark) : null;
        var child = signals?.PassTo(() => Start(mark)) ?? Start(mark);
        guard?.Watch(child.Id);
        var (timedOut, ending) = (false, false);
        try
        {
            using var kill = new Countdown(clock, () => Signal(Libc.SignalKill));
            using var limit = new Countdown(clock, () => Terminate(overTime: true));
            limit.Start(Timeout);
            using var stopped = cancellation.Register(() => Terminate(overTime: false));
            using var unlocked = Lock?.Lost.Register(() => Terminate(overTime: false));
            var end = Wait(child, code =>
            {
                if (signals?.HaveEnded(code) == true)
                {
                    Volatile.Write(ref ending, true);
                    AskLeftOnes();
                }

                // What the command has left behind goes with it where it was asked to end.
                for (var passes = 0; Volatile.Read(ref ending) && passes < MostPasses && Signal(Libc.SignalKill); passes++)
                {
                    Thread.Sleep(PassPause);
                }
            });
            return new ChildExit
            {
                ExitCode = end.ExitCode,
                Signal = end.KillSignal,
                Elapsed = clock.GetElapsedTime(started),
                UserTime = TimeSpan.FromSeconds(end.Usage.UserSeconds) + TimeSpan.FromMicroseconds(end.Usage.UserMicroseconds),
                SystemTime = TimeSpan.FromSeconds(end.Usage.SystemSeconds) + TimeSpan.FromMicroseconds(end.Usage.SystemMicroseconds),
                PeakMemory = Libc.GetResourceUsage(0, out var own) == 0 && end.Usage.PeakKilobytes > own.PeakKilobytes ? end.Usage.PeakKilobytes * 1024 : null,
                TimedOut = timedOut,
            };

            void Terminate(bool overTime)
            {
                timedOut |= overTime;
                Volatile.Write(ref ending, true);
                Signal(Libc.SignalTerminate);
                Signal(Libc.SignalContinue);
                kill.Start(Grace);
            }

            // A signal goes to the command's group alone, as without this program. What the command, ended by it, has left behind
            // in other sessions would be at work still when the job is tried again.
            void AskLeftOnes()
            {
                var asked = clock.GetTimestamp();
                Signal(Libc.SignalTerminate);
                Signal(Libc.SignalContinue);
                while (MarkedProcesses.Any(mark, MarkValue) && clock.GetElapsedTime(asked) < Grace)
                {
                    Thread.Sleep(PassPause);
                }
            }

            // Whether there is something outside the group that got it.
            bool Signal(int signal)
            {
                child.Signal(signal);
                return MarkedProcesses.Signal(mark, MarkValue, child.Id, signal);
            }
        }
        finally
        {
            signals?.PassToNone();

            // A lost lock's file may hang when it is closed, as long as its server is away: not here, then.
            guard?.Lingers = Lock is { IsHeld: false };
        }
    }

    private GroupGuard Guard(string mark)
    {
        try
        {
            return Lock?.Guard(mark) ?? new GroupGuard(null, mark);
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"The command cannot be started: its guard, a shell, cannot: {e.Message}.", "Make room for one more process, and see that /bin/sh is there.", e);
        }
    }

    private SpawnedProcess Start(string mark)
    {
        var command = Command with { Environment = new Dictionary<string, string?>(Command.Environment) { [mark] = MarkValue } };
        try
        {
            return command.Start();
        }
        catch (IOException e)
        {
            throw Command.WorkingDirectory is { } directory && !NativeFile.IsDirectory(directory)
                ? new NfsToolsException($"The command cannot be started: {directory}: there is no such directory.", "Check the working directory.", e)
                : new NfsToolsException($"The command cannot be started: {e.Message}.", "Check its name, its mode and PATH.", e);
        }
    }

    private static ProcessChange Wait(SpawnedProcess child, Action<int> atEnd)
    {
        using var terminal = new JobTerminal(child);
        while (true)
        {
            var change = child.Wait(atEnd);
            if (change.StopSignal is not { } signal)
            {
                return change;
            }

            terminal.Stopped(signal);
        }
    }
}
