using System.Management.Automation;
using System.Text;
using NfsTools.Accounting;
using NfsTools.Accounting.Formats;
using NfsTools.PowerShell.Abstractions;
using NfsTools.PowerShell.Completion;

namespace NfsTools.PowerShell.Commands;

/// <summary>Turns lines of an accounting log into records.</summary>
[Cmdlet(VerbsData.ConvertFrom, "AccountingLog")]
[OutputType(typeof(JobRecord), typeof(AccountingRecord))]
public sealed class ConvertFromAccountingLogCommand : AccountingCommand
{
    // Where lines begin that are not part of a record yet: a record may go on over several.
    private readonly Queue<long> lineStarts = new();
    private AccountingReader? reader;
    private long bytes;
    private long line;

    /// <summary>Lines of the log.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "Lines of an accounting log, in their order; also objects with a Line property.")]
    [Alias("Line")]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    /// <summary>The lines' format.</summary>
    [Parameter(HelpMessage = FormatHelp)]
    [ArgumentCompleter(typeof(FormatCompleter))]
    [ValidateFormat]
    public string Format { get; set; } = RecordFormats.Default;

    /// <summary>The cluster the records belong to.</summary>
    [Parameter(HelpMessage = "The cluster the records belong to; \"default\" where none is named.")]
    [ValidateNotNullOrEmpty]
    public string Cluster { get; set; } = CollectorSource.DefaultCluster;

    /// <inheritdoc/>
    protected override void BeginProcessing() => reader = new AccountingReader(Format, Cluster);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var text in InputObject)
        {
            var encoded = Encoding.UTF8.GetBytes(text + "\n");
            lineStarts.Enqueue(bytes);
            bytes += encoded.Length;
            Write(reader!.Feed(encoded));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Write(reader!.Finish());

    private void Write(IReadOnlyList<AccountingItem> items)
    {
        foreach (var item in items)
        {
            while (lineStarts.TryPeek(out var start) && start <= item.Offset)
            {
                lineStarts.Dequeue();
                line++;
            }

            if (item.Record is { } record)
            {
                WriteObject(record);
            }
            else
            {
                WriteError($"line {line}: {item.Reason}.", "The records around it were converted.", ErrorIds.RecordRejected, ErrorCategory.InvalidData, line);
            }
        }
    }
}
