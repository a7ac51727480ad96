using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.PowerShell.Abstractions;
using NfsTools.PowerShell.Completion;

namespace NfsTools.PowerShell.Commands;

/// <summary>Gets jobs from a store.</summary>
[Cmdlet(VerbsCommon.Get, "AccountingRecord", DefaultParameterSetName = StoreSet)]
[OutputType(typeof(JobRecord))]
public sealed class GetAccountingRecordCommand : StoreQueryCommand
{
    /// <summary>How many jobs at most.</summary>
    [Parameter(HelpMessage = JobFilter.LimitHelp)]
    [ValidateRange(1, int.MaxValue)]
    public int Limit { get; set; }

    /// <summary>What jobs are put in order by.</summary>
    [Parameter(HelpMessage = $"{JobFilter.SortHelp} EndTime where none is named.")]
    [ArgumentCompleter(typeof(ColumnNames.ColumnCompleter))]
    [ValidateNotNullOrEmpty]
    [ColumnNames.ValidateColumn]
    public string? Sort { get; set; }

    /// <summary>The largest or latest first.</summary>
    [Parameter(HelpMessage = "The largest or latest first.")]
    public SwitchParameter Descending { get; set; }

    /// <summary>Every field of the line.</summary>
    [Parameter(HelpMessage = "Objects with every field of each job's line, as Import-AccountingLog has them, read again from the bytes that the store keeps.")]
    public SwitchParameter AllFields { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => UseStore(
        Store,
        PasswordFile,
        store =>
        {
            var wanted = Wanted(store.Calendar) with { Limit = Limit, Sort = Sort is null ? null : JobColumns.Find(Sort), IsDescending = Descending };
            foreach (var job in AllFields ? store.QueryAllFields(wanted) : store.Query(wanted))
            {
                WriteObject(job);
            }
        },
        ThrowTerminatingError);
}
