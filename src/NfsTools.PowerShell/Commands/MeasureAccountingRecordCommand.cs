using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Reports;
using NfsTools.PowerShell.Abstractions;
using NfsTools.PowerShell.Completion;

namespace NfsTools.PowerShell.Commands;

/// <summary>Sums up jobs: bacct's metrics, or what was used, in all or for each group.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "AccountingRecord", DefaultParameterSetName = InputSet)]
[OutputType(typeof(JobMetrics))]
public sealed class MeasureAccountingRecordCommand : StoreQueryCommand
{
    private const string InputSet = "Input";

    // What the view of what was used is chosen by.
    private const string UsedTypeName = "NfsTools.Accounting.Model.JobMetrics#Used";
    private JobMeter? meter;

    // Of records in the pipeline, whose days are of UTC.
    private DateTimeOffset? from;
    private DateTimeOffset? to;

    /// <summary>Jobs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InputSet, ValueFromPipeline = true, HelpMessage = "Records of Import-AccountingLog, ConvertFrom-AccountingLog or Get-AccountingRecord; those that are no jobs are passed over.")]
    public AccountingRecord[] InputObject { get; set; } = [];

    /// <summary>What jobs are grouped by.</summary>
    [Parameter(HelpMessage = "Group by these, e.g. User,Month; days and months are of the store's time zone, UTC without a store; a job on several hosts counts for each.")]
    [ValidateNotNullOrEmpty]
    [NoNulls]
    [ArgumentCompleter(typeof(ColumnNames.KeyCompleter))]
    [ColumnNames.ValidateKey]
    public string[] GroupBy { get; set; } = [];

    /// <summary>What was used.</summary>
    [Parameter(HelpMessage = "What was used between -From and -To, instead of whole jobs that ended there: jobs are cut at the borders and at midnight.")]
    public SwitchParameter Used { get; set; }

    private MeasureBasis Basis => Used ? MeasureBasis.Used : MeasureBasis.Ended;

    private IReadOnlyList<GroupKey> Keys => [.. GroupBy.Select(k => GroupKey.Find(k)!)];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ParameterSetName == InputSet)
        {
            (from, to) = Period(From, To, DayCalendar.Utc);
            meter = new JobMeter(Keys, Basis, calendar: null, from, to);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == InputSet)
        {
            foreach (var job in InputObject.OfType<JobRecord>().Where(j => Used || (!(j.EndTime < from) && !(j.EndTime >= to))))
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
            UseStore(Store, PasswordFile, store => Write(store.Report(Wanted(store.Calendar), Keys, Basis)), ThrowTerminatingError);
        }
    }

    // The keys become properties, so that "Sort-Object User" and "Where-Object Queue -eq night" work on groups too.
    private void Write(IReadOnlyList<JobMetrics> groups)
    {
        foreach (var metrics in groups)
        {
            var shown = new PSObject(metrics);
            if (Used)
            {
                shown.TypeNames.Insert(0, UsedTypeName);
            }

            foreach (var (key, value) in metrics.Keys)
            {
                shown.Properties.Add(new PSNoteProperty(ColumnNames.Of(key.Name), value));
            }

            WriteObject(shown);
        }
    }
}
