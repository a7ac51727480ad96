using System.Runtime.InteropServices;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>
/// Takes the signals that are sent to this process: while a command runs they are the command's, otherwise they end the
/// work. A signal that was ignored when this process started, as after nohup, stays ignored.
/// </summary>
public sealed class JobSignals : IDisposable
{
    /// <summary>SIGINT's number.</summary>
    public const int Interrupt = Libc.SignalInterrupt;

    // The signal is handled on another thread.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);
    private static readonly int[] Ending = [Libc.SignalInterrupt, Libc.SignalTerminate, Libc.SignalHangUp, Libc.SignalQuit, Libc.SignalUser1, Libc.SignalUser2];

    // A command that is stopped would not see them until it goes on.
    private static readonly int[] Waking = [Libc.SignalInterrupt, Libc.SignalTerminate, Libc.SignalHangUp, Libc.SignalQuit];
    private static readonly int[] Passing = [Libc.SignalTerminalStop, Libc.SignalContinue, Libc.SignalWindow];

    // With a terminal they are the kernel's, for this process itself.
    private static readonly int[] PassingWithoutTerminal = [Libc.SignalTerminalInput, Libc.SignalTerminalOutput];
    private readonly CancellationTokenSource stop = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Lock gate = new();
    private readonly HashSet<int> passed = [];
    private SpawnedProcess? child;

    /// <summary>Begins to take signals.</summary>
    public JobSignals()
    {
        foreach (var signal in (int[])[.. Ending, .. Passing, .. Libc.HasTerminal() ? [] : PassingWithoutTerminal])
        {
            if (!Libc.IsIgnored(signal))
            {
                registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, c => c.Cancel = Take(signal)));
            }
        }
    }

    /// <summary>Cancelled by a signal while no command runs.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>The signal that came while no command ran; null for none.</summary>
    public int? Received { get; private set; }

    /// <summary>Ends it: signals have their usual effect again.</summary>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        stop.Dispose();
    }

    /// <summary>
    /// Ends this process by SIGINT, as a command that was interrupted does: from a mere exit code a shell script would not know
    /// that it is to end as well.
    /// </summary>
    public static void EndInterrupted()
    {
        if (!Libc.IsIgnored(Interrupt) && Libc.Kill(Environment.ProcessId, Interrupt) == 0)
        {
            Thread.Sleep(LongestEnd);
        }
    }

    /// <summary>Makes signals those of a command that is started: one that comes meanwhile too.</summary>
    internal SpawnedProcess PassTo(Func<SpawnedProcess> start)
    {
        lock (gate)
        {
            passed.Clear();
            return child = start();
        }
    }

    /// <summary>Whether a signal that came here and was passed on has ended the command, by the code that it ended with.</summary>
    internal bool HaveEnded(int code)
    {
        lock (gate)
        {
            return Array.Exists(Ending, signal => passed.Contains(signal) && code == ChildExit.SignalBase + signal);
        }
    }

    /// <summary>Makes signals those of no command any more.</summary>
    internal void PassToNone()
    {
        lock (gate)
        {
            child = null;
        }
    }

    /// <summary>Takes a signal, on a thread of the runtime.</summary>
    /// <returns>Whether its usual effect is to be left out.</returns>
    internal bool Take(int signal)
    {
        lock (gate)
        {
            if (child is not null)
            {
                passed.Add(signal);
                child.Signal(signal);
                if (Waking.Contains(signal))
                {
                    child.Signal(Libc.SignalContinue);
                }

                return true;
            }

            if (!Ending.Contains(signal))
            {
                return false;
            }

            Received ??= signal;
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The runtime waits for no handler that is at work: all was over when this signal came.
        }

        return true;
    }
}
