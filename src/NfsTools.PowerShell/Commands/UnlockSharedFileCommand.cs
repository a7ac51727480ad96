using System.Management.Automation;
using NfsTools.Coordination;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Releases locks, and tells of those that were lost meanwhile.</summary>
[Cmdlet(VerbsCommon.Unlock, "SharedFile")]
[OutputType(typeof(void))]
public sealed class UnlockSharedFileCommand : NfsToolsCommand
{
    /// <summary>The locks.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, HelpMessage = "Locks that Lock-SharedFile wrote.")]
    [ValidateNotNull]
    public SharedLock[] Lock { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var held in Lock)
        {
            using (held)
            {
                if (!held.Confirm() && held.LostReason.Length > 0)
                {
                    WriteError($"{held.Path}: the lock was lost: {held.LostReason}.", "Another may have worked at the same time: check what was done under the lock.", ErrorIds.LockLost, ErrorCategory.ResourceUnavailable, held);
                }
            }
        }
    }
}
