using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Reports;
using NfsTools.PowerShell.Abstractions;
using NfsTools.PowerShell.Completion;

namespace NfsTools.PowerShell.Commands;

/// <summary>Sums up jobs: bacct's metrics, in all or for each group.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "AccountingRecord", DefaultParameterSetName = InputSet)]
[OutputType(typeof(JobMetrics))]
public sealed class MeasureAccountingRecordCommand : StoreQueryCommand
{
    private const string InputSet = "Input";
    private JobMeter? meter;

    /// <summary>Jobs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InputSet, ValueFromPipeline = true, HelpMessage = "Records of Import-AccountingLog, ConvertFrom-AccountingLog or Get-AccountingRecord; those that are no jobs are passed over.")]
    public AccountingRecord[] InputObject { get; set; } = [];

    /// <summary>What jobs are grouped by.</summary>
    [Parameter(HelpMessage = "Group by these, e.g. User,Month; days and months are UTC, a job on several hosts counts for each.")]
    [ValidateNotNullOrEmpty]
    [NoNulls]
    [ArgumentCompleter(typeof(ColumnNames.KeyCompleter))]
    [ColumnNames.ValidateKey]
    public string[] GroupBy { get; set; } = [];

    private IReadOnlyList<GroupKey> Keys => [.. GroupBy.Select(k => GroupKey.Find(k)!)];

    /// <inheritdoc/>
    protected override void BeginProcessing() => meter = new JobMeter(Keys);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == InputSet)
        {
            foreach (var job in InputObject.OfType<JobRecord>().Where(j => !(j.EndTime < From) && !(j.EndTime >= To)))
            {
                meter!.Add(job);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == InputSet)
        {
            Write(meter!.Groups());
        }
        else
        {
            ReadStore(Store, PasswordFile, store => Write(store.Report(Wanted(), Keys)), ThrowTerminatingError);
        }
    }

    // The keys become properties, so that "Sort-Object User" and "Where-Object Queue -eq night" work on groups too.
    private void Write(IReadOnlyList<JobMetrics> groups)
    {
        foreach (var metrics in groups)
        {
            var shown = new PSObject(metrics);
            foreach (var (key, value) in metrics.Keys)
            {
                shown.Properties.Add(new PSNoteProperty(ColumnNames.Of(key.Name), value));
            }

            WriteObject(shown);
        }
    }
}
