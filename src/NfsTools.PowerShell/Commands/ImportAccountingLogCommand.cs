using System.Management.Automation;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.PowerShell.Abstractions;
using NfsTools.PowerShell.Completion;

namespace NfsTools.PowerShell.Commands;

/// <summary>Reads accounting files into records.</summary>
[Cmdlet(VerbsData.Import, "AccountingLog", DefaultParameterSetName = PathSet)]
[OutputType(typeof(JobRecord), typeof(AccountingRecord))]
public sealed class ImportAccountingLogCommand : LogPathCommand
{
    /// <summary>The files' format.</summary>
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
    [Parameter(HelpMessage = CollectorSource.ClusterHelp)]
    [ValidateNotNullOrEmpty]
    public string? Cluster { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in ResolvePaths(mustExist: true))
        {
            Import(path);
        }
    }

    private void Import(string path)
    {
        var progress = new ProgressMeter(this, $"Reading {path}");
        try
        {
            var source = new CollectorSource(path, Cluster, Format, LogTimeZone);
            var size = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
            WriteVerbose($"{path}: {size:N0} bytes, format {source.FormatNote}, cluster {source.Cluster}");
            foreach (var item in AccountingReader.ReadFile(source, StopToken))
            {
                Write(item, path);
                if (progress.IsDue)
                {
                    var at = item.Offset;
                    progress.Show(at, size, () => $"{at:N0} of {size:N0} bytes");
                }
            }
        }
        catch (NfsToolsException e)
        {
            WriteError(Error(e, ErrorIds.LogUnreadable, ErrorCategory.ReadError, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteError($"{path}: it cannot be read: {e.Message}.", "Check that it is a file, its owner and mode, and that its file system answers.", ErrorIds.LogUnreadable, ErrorCategory.ReadError, path);
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }

        progress.End();
    }

    private void Write(AccountingItem item, string path)
    {
        if (item.Record is { } record)
        {
            WriteObject(record);
            return;
        }

        WriteError(
            $"{path}: byte {item.Offset}: {item.Reason}.",
            $"The records around it were read. See its bytes with: tail -c +{item.Offset + 1} '{path}' | head -c {item.Length}",
            ErrorIds.RecordRejected,
            ErrorCategory.InvalidData,
            new RecordSource(path, item.Offset, item.Length));
    }
}
