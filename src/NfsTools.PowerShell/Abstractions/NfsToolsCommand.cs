using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>What all cmdlets of the module share: how they stop, and how they tell of errors.</summary>
public abstract class NfsToolsCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private bool disposed;

    /// <summary>Cancelled when the user stops the pipeline.</summary>
    protected CancellationToken StopToken => stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        // A downstream cmdlet that has seen enough, or an error there, ends this one without StopProcessing.
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        lock (gate)
        {
            // It may be called when the cmdlet has been disposed already.
            if (!disposed)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>Lets go of what the cmdlet holds; called once more at the end of every pipeline.</summary>
    protected virtual void Dispose(bool disposing)
    {
        lock (gate)
        {
            if (!disposed)
            {
                disposed = true;
                stop.Dispose();
            }
        }
    }

    /// <summary>An error with its remedy.</summary>
    protected static ErrorRecord Error(NfsToolsException exception, string errorId, ErrorCategory category, object target) =>
        new(exception, errorId, category, target) { ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = exception.Remedy } };

    /// <summary>Tells of an item that cannot be worked on; the cmdlet goes on with the next.</summary>
    protected void WriteError(string message, string remedy, string errorId, ErrorCategory category, object target) =>
        WriteError(Error(new NfsToolsException(message, remedy), errorId, category, target));
}
