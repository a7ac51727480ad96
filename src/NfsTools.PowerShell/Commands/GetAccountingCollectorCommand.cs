using System.Management.Automation;
using NfsTools.Accounting;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Tells how far stores have read the logs they were collected from.</summary>
[Cmdlet(VerbsCommon.Get, "AccountingCollector")]
[OutputType(typeof(CollectorStatus), typeof(RejectedRecord))]
public sealed class GetAccountingCollectorCommand : AccountingCommand
{
    /// <summary>The stores.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "The stores: SQLite files that a collector writes.")]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Store { get; set; } = [];

    /// <summary>List rejects.</summary>
    [Parameter(HelpMessage = "List what could not be read, with its position, its bytes and the reason, instead of the logs.")]
    public SwitchParameter Rejects { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Store)
        {
            ReadStore(path, store => WriteObject(Rejects ? store.Rejects() : CollectorStatus.Of(store), enumerateCollection: true), WriteError);
        }
    }
}
