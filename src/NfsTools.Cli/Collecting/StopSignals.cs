using System.Runtime.InteropServices;

namespace NfsTools.Cli.Collecting;

/// <summary>Turns the first SIGINT or SIGTERM into a wish to stop; a second one ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignals() => registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(s => PosixSignalRegistration.Create(s, Handle))];

    public CancellationToken Token => source.Token;

    public void Stop() => source.Cancel();

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = !source.IsCancellationRequested;
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The runtime waits for no handler that is at work: all was over when this signal came.
        }
    }
}
