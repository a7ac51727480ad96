using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Adds records from the pipeline to a store.</summary>
[Cmdlet(VerbsCommon.Add, "AccountingRecord", SupportsShouldProcess = true)]
[OutputType(typeof(AccountingRecord))]
public sealed class AddAccountingRecordCommand : AccountingCommand
{
    private const int BatchSize = 1000;

    // A followed log that has no more than this to give is at its end, nearly: whoever reads the store waits for its records.
    private const long NearEnd = 64 * 1024;
    private readonly List<AccountingRecord> batch = new(BatchSize);
    private AccountingStore? store;
    private (long Taken, long Added, long Conflicts) total;

    /// <summary>The store.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The store: an SQLite file, or a PostgreSQL database such as \"Host=db;Database=accounting\"; it is created where there is none.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string Store { get; set; } = "";

    /// <summary>The records.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, HelpMessage = "Records of Import-AccountingLog, ConvertFrom-AccountingLog or Get-AccountingRecord.")]
    public AccountingRecord[] InputObject { get; set; } = [];

    /// <summary>The cluster the records are filed under.</summary>
    [Parameter(HelpMessage = "The cluster to file all records under, instead of the one each names.")]
    [ValidateNotNullOrEmpty]
    public string? Cluster { get; set; }

    /// <summary>Pass the records on.</summary>
    [Parameter(HelpMessage = "Pass on each record that the store holds now, once it is committed.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ResolveStore(Store, ThrowTerminatingError) is { } address && ShouldProcess(address.Name, "Add accounting records"))
        {
            store = OpenToWrite(address);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (store is null)
        {
            return;
        }

        foreach (var record in InputObject)
        {
            record.Cluster = Cluster ?? (record.Cluster.Length > 0 ? record.Cluster : CollectorSource.DefaultCluster);
            batch.Add(record);
            if (batch.Count == BatchSize || record.Unread < NearEnd)
            {
                Commit(store);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (store is not null)
        {
            Commit(store);
            WriteVerbose($"{store.Name}: {total.Added} records added, {total.Taken - total.Added - total.Conflicts} were there already, {total.Conflicts} conflicts");
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        store?.Dispose();
        store = null;
        base.Dispose(disposing);
    }

    private void Commit(AccountingStore store)
    {
        var conflicts = new List<AccountingRecord>();
        try
        {
            var added = store.Add(batch, conflicts);
            total = (total.Taken + batch.Count, total.Added + added, total.Conflicts + conflicts.Count);
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(StoreError(e, store.Name));
        }

        foreach (var record in conflicts)
        {
            WriteError(
                $"{store.Name}: {Describe(record)} of cluster {record.Cluster} is in the store with another content; it was not added.",
                "See what the store has with Get-AccountingRecord; name another -Cluster if the records are of different clusters.",
                ErrorIds.RecordConflict,
                ErrorCategory.ResourceExists,
                record);
        }

        if (PassThru)
        {
            WriteObject(batch.Where(record => !conflicts.Contains(record)), enumerateCollection: true);
        }

        batch.Clear();
    }

    private static string Describe(AccountingRecord record) =>
        record is JobRecord job ? $"job {job.JobId}{(job.ArrayIndex > 0 ? $"[{job.ArrayIndex}]" : "")}, ended {job.EndTime:u}," : $"{record.RecordType} of {record.EventTime:u}";
}
