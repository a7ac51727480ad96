using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Writes the log that a store keeps into a file, byte for byte.</summary>
[Cmdlet(VerbsData.Export, "AccountingLog", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportAccountingLogCommand : AccountingCommand
{
    /// <summary>The store.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The store: an SQLite file, or a PostgreSQL database such as \"Host=db;Database=accounting\", that the collector writes.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string Store { get; set; } = "";

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "A file to be made, for its owner alone. It appears whole or not at all.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string Path { get; set; } = "";

    /// <summary>The file with the database's password.</summary>
    [Parameter(HelpMessage = StoreAddress.PasswordFileHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? PasswordFile { get; set; }

    /// <summary>Generations.</summary>
    [Parameter(HelpMessage = "These generations, by the numbers that Get-AccountingCollector names; all where none is named.")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, long.MaxValue)]
    public long[] Generation { get; set; } = [];

    /// <summary>Clusters.</summary>
    [Parameter(HelpMessage = "Logs of these clusters.")]
    [ValidateNotNullOrEmpty]
    public string[] Cluster { get; set; } = [];

    /// <summary>The earliest time.</summary>
    [Parameter(HelpMessage = "Only records written at this time or later. " + StoreTimeAttribute.Help)]
    [StoreTime]
    [ValidateNotNull]
    public StoreTime? From { get; set; }

    /// <summary>The end of the time span.</summary>
    [Parameter(HelpMessage = "Only records written before this time. " + StoreTimeAttribute.Help)]
    [StoreTime]
    [ValidateNotNull]
    public StoreTime? To { get; set; }

    /// <summary>Replace a file that is there.</summary>
    [Parameter(HelpMessage = "Replace a file that is there.")]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ResolveFile(Path, ThrowTerminatingError) is not { } target || !ShouldProcess(target, $"Write the log of {Store}"))
        {
            return;
        }

        UseStore(
            Store,
            PasswordFile,
            store =>
            {
                var (from, to) = Period(From, To, store.Calendar);
                new LogExport { Generations = Generation, Clusters = Cluster, From = from, To = to }.Write(store, target, Force, StopToken);
                WriteFile(target);
            },
            ThrowTerminatingError);
    }
}
