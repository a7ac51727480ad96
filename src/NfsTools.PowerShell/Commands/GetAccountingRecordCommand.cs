using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Gets jobs from a store.</summary>
[Cmdlet(VerbsCommon.Get, "AccountingRecord", DefaultParameterSetName = StoreSet)]
[OutputType(typeof(JobRecord))]
public sealed class GetAccountingRecordCommand : StoreQueryCommand
{
    /// <summary>How many jobs at most.</summary>
    [Parameter(HelpMessage = "At most so many jobs: those that ended first.")]
    [ValidateRange(1, int.MaxValue)]
    public int Limit { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => ReadStore(
        Store,
        PasswordFile,
        store =>
        {
            foreach (var job in store.Query(Filter() with { Limit = Limit }))
            {
                WriteObject(job);
            }
        },
        ThrowTerminatingError);
}
