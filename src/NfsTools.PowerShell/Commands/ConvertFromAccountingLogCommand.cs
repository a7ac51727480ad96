using System.Management.Automation;
using System.Text;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.PowerShell.Abstractions;
using NfsTools.PowerShell.Completion;
using NfsTools.Watching;

namespace NfsTools.PowerShell.Commands;

/// <summary>Turns lines of an accounting log into records.</summary>
[Cmdlet(VerbsData.ConvertFrom, "AccountingLog")]
[OutputType(typeof(JobRecord), typeof(AccountingRecord))]
public sealed class ConvertFromAccountingLogCommand : AccountingCommand
{
    // Where lines begin that are not part of a record yet: a record may go on over several.
    private readonly Queue<long> lineStarts = new();
    private AccountingReader? reader;
    private LogLineReader? followed;
    private long bytes;
    private long line;

    /// <summary>Lines of the log: texts, lines of a followed log, or other objects with a Line property.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true,
        HelpMessage = "Lines of an accounting log, in their order: texts, lines of Watch-SharedFile -Content, or other objects with a Line property.")]
    [AllowEmptyString]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>The lines' format.</summary>
    [Parameter(HelpMessage = FormatHelp)]
    [ArgumentCompleter(typeof(FormatCompleter))]
    [ValidateFormat]
    public string? Format { get; set; }

    /// <summary>The time zone of the logs' local times.</summary>
    [Parameter(HelpMessage = CollectorSource.TimeZoneHelp)]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? LogTimeZone { get; set; }

    /// <summary>The cluster the records belong to.</summary>
    [Parameter(HelpMessage = "The cluster the records belong to. Where none is named: for followed logs taken from a path of the form .../CLUSTER/logdir/lsb.acct, else \"default\".")]
    [ValidateNotNullOrEmpty]
    public string? Cluster { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        reader = Known(() => new AccountingReader(Format, Cluster ?? CollectorSource.DefaultCluster, timeZone: LogTimeZone));
        followed = new LogLineReader(Format, Cluster, LogTimeZone);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var given in InputObject)
        {
            if (given.BaseObject is LogLine line)
            {
                Write(line, Known(() => followed!.Read(line)));
            }
            else if (given.BaseObject is string or char || given.Properties["Line"] is not null)
            {
                Feed($"{(given.BaseObject is string or char ? given : given.Properties["Line"].Value)}\n");
            }
            else
            {
                WriteError(
                    $"An object of the type {given.TypeNames[0]} is no line of a log: it has no property Line.",
                    "Give lines as texts; Import-AccountingLog reads files.", ErrorIds.RecordRejected, ErrorCategory.InvalidArgument, given);
            }
        }
    }

    /// <summary>Text ends with its last line; a log that is followed goes on, and what is unfinished is read next time.</summary>
    protected override void EndProcessing() => Write(Known(reader!.Finish));

    private void Feed(string text)
    {
        var encoded = Encoding.UTF8.GetBytes(text);
        lineStarts.Enqueue(bytes);
        bytes += encoded.Length;
        Write(Known(() => reader!.Feed(encoded)));
    }

    // What the lines are may show in them alone.
    private T Known<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.ConfigurationInvalid, ErrorCategory.InvalidArgument, this));
            throw;
        }
    }

    private void Write(LogLine line, IReadOnlyList<AccountingItem> items)
    {
        foreach (var item in items)
        {
            if (item.Record is { } record)
            {
                WriteObject(record);
            }
            else
            {
                WriteError(
                    $"{line.Path}: byte {item.Offset}: {item.Reason}.",
                    "The records around it were converted. Add-AccountingRecord keeps it as a reject, with the next record.",
                    ErrorIds.RecordRejected,
                    ErrorCategory.InvalidData,
                    new RecordSource(line.Path, item.Offset, item.Length));
            }
        }
    }

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
