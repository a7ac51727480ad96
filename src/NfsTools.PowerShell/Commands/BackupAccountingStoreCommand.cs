using System.Management.Automation;
using NfsTools.Accounting.Store;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Copies an SQLite store as it is now, also while a collector writes to it.</summary>
[Cmdlet(VerbsData.Backup, "AccountingStore", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class BackupAccountingStoreCommand : AccountingCommand
{
    /// <summary>The store.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The SQLite file that a collector writes. A PostgreSQL database is copied by pg_dump.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string Store { get; set; } = "";

    /// <summary>The copy.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "The copy: one file, for its owner alone, that needs none beside it. It appears whole or not at all.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string Destination { get; set; } = "";

    /// <summary>Replace a file that is there.</summary>
    [Parameter(HelpMessage = StoreBackup.ForceHelp)]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ResolveStore(Store, ThrowTerminatingError) is not { } address)
        {
            return;
        }

        try
        {
            StoreBackup.RequireFile(Destination);
            if (ResolveFile(Destination, ThrowTerminatingError) is not { } target || !ShouldProcess(target, $"Copy {address.Name}"))
            {
                return;
            }

            StoreBackup.Write(address, target, Force, StopToken);
            WriteFile(target);
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(StoreError(e, address.Name));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }
}
