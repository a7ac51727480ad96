using System.Management.Automation;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Tells how far stores have read the logs they were collected from, and which nodes collect.</summary>
[Cmdlet(VerbsCommon.Get, "AccountingCollector", DefaultParameterSetName = LogsSet)]
[OutputType(typeof(CollectorStatus), typeof(RejectedRecord), typeof(CollectorNode))]
public sealed class GetAccountingCollectorCommand : AccountingCommand
{
    private const string LogsSet = "Logs";
    private const string RejectsSet = "Rejects";
    private const string NodesSet = "Nodes";

    /// <summary>The stores.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "The stores that a collector writes: SQLite files or connection strings of PostgreSQL databases.")]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] Store { get; set; } = [];

    /// <summary>The file with the database's password.</summary>
    [Parameter(HelpMessage = StoreAddress.PasswordFileHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? PasswordFile { get; set; }

    /// <summary>List rejects.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RejectsSet, HelpMessage = "List what could not be read, with its position, its bytes and the reason, instead of the logs.")]
    public SwitchParameter Rejects { get; set; }

    /// <summary>List the nodes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NodesSet, HelpMessage = "List the collectors of the store on all nodes: who is active since when, epoch, lag, last error, instead of the logs.")]
    public SwitchParameter Nodes { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Store)
        {
            UseStore(path, PasswordFile, Write, WriteError);
        }
    }

    private void Write(AccountingStore store)
    {
        if (Rejects || Nodes)
        {
            WriteObject(Rejects ? store.Rejects() : store.Nodes(), enumerateCollection: true);
            return;
        }

        WriteObject(CollectorStatus.Of(store), enumerateCollection: true);
        foreach (var unread in UnreadArchive.Of(store))
        {
            WriteWarning($"{SafeText.Clean(unread.Path)}: {SafeText.Clean(unread.Reason)}.");
        }
    }
}
