using System.Management.Automation;
using System.Management.Automation.Runspaces;
using NfsTools.Coordination;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Takes a lock that one process of all hosts holds at a time.</summary>
[Cmdlet(VerbsCommon.Lock, "SharedFile")]
[OutputType(typeof(SharedLock))]
public sealed class LockSharedFileCommand : NfsToolsCommand
{

    /// <summary>The lock file.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The lock file, named letter by letter; made where it is not there, with mode 0600. A symbolic link is refused.")]
    [Alias("PSPath", "LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string Path { get; set; } = "";

    /// <summary>How long to wait for it.</summary>
    [Parameter(HelpMessage = "How many seconds to wait for a lock that another holds; 0 tries once.")]
    [ValidateRange(0.0, Duration.MostSeconds)]
    public double WaitSeconds { get; set; }

    /// <summary>How long it may go unconfirmed.</summary>
    [Parameter(HelpMessage = "How many seconds the lock may go unconfirmed until it counts as lost; it is confirmed three times as often, and every 10 seconds at least. 30 where nothing is said, on NFSv4 no more than half of the server's lease.")]
    [ValidateRange(0.1, Duration.MostSeconds)]
    public double? TtlSeconds { get; set; }

    /// <summary>What for.</summary>
    [Parameter(HelpMessage = "What the lock is for, written into its file for people.")]
    [ValidateNotNull]
    public string Purpose { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var file = FileOf(Path);
        var options = new LockOptions { Wait = TimeSpan.FromSeconds(WaitSeconds), Ttl = TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Purpose = Purpose };
        var progress = new Progress(this, file);
        try
        {
            if (SharedLock.TryAcquire(file, out var holder, options, progress, cancellation: StopToken) is { } held)
            {
                WriteVerbose($"{file}: epoch {held.Holder.Epoch}");
                ReleaseWithRunspace(held);
                WriteObject(held);
                return;
            }

            ThrowTerminatingError(Error(
                new NfsToolsException($"{file}: the lock is held by {LockHolder.Name(holder)}.", "Wait for it with -WaitSeconds, or see to its holder's end."), ErrorIds.LockHeld, ErrorCategory.ResourceBusy, file));
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.LockUnusable, ErrorCategory.OpenError, file));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            progress.End();
        }
    }

    // A job on a thread ends without its process: what it holds would be held on.
    private static void ReleaseWithRunspace(SharedLock held)
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            runspace.StateChanged += (_, change) =>
            {
                if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
                {
                    held.Dispose();
                }
            };
        }
    }

    private sealed class Progress(NfsToolsCommand cmdlet, string file) : IProgress<LockHolder?>
    {
        private readonly ProgressMeter meter = new(cmdlet, $"Waiting for the lock {file}");

        public void Report(LockHolder? value) => meter.Show(0, 0, () => LockHolder.Name(value));

        public void End() => meter.End();
    }
}
