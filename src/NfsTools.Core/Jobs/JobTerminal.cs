using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>
/// The terminal of a command that has a process group of its own: it is lent to the command when the kernel stops it for
/// reading or setting it, and taken back. When the command is stopped by the user (Ctrl+Z), so is this process, as the shell
/// that waits for it expects.
/// </summary>
internal sealed class JobTerminal(SpawnedProcess child) : IDisposable
{
    private int terminal = -1;
    private bool lent;

    /// <summary>Notes that the command was stopped.</summary>
    /// <param name="signal">The signal that did it.</param>
    public void Stopped(int signal)
    {
        terminal = terminal >= 0 ? terminal : Libc.OpenTerminal();
        if (terminal < 0)
        {
            // Whoever stopped it without a terminal will let it go on, by SIGCONT to it or to this process.
            return;
        }

        var asked = signal is Libc.SignalTerminalInput or Libc.SignalTerminalOutput;
        if (!asked || !IsOurs())
        {
            TakeBack();
            _ = Libc.Kill(Environment.ProcessId, Libc.SignalStop);
        }

        // Here this process goes on, in the foreground or in the background.
        if (asked && IsOurs())
        {
            Libc.GiveTerminal(terminal, child.Id);
            lent = true;
        }

        child.Signal(Libc.SignalContinue);
    }

    public void Dispose()
    {
        TakeBack();
        if (terminal >= 0)
        {
            _ = Libc.Close(terminal);
        }
    }

    private bool IsOurs() => Libc.TerminalGroup(terminal) == Libc.ProcessGroup();

    private void TakeBack()
    {
        if (lent && Libc.TerminalGroup(terminal) == child.Id)
        {
            Libc.GiveTerminal(terminal, Libc.ProcessGroup());
        }

        lent = false;
    }
}
