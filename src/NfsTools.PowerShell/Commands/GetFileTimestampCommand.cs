using System.Management.Automation;
using NfsTools.PowerShell.Abstractions;
using NfsTools.Stamps;
using NfsTools.Watching;

namespace NfsTools.PowerShell.Commands;

/// <summary>Takes fresh stamps of files, past the client's caches; writes them to a manifest, or reads one.</summary>
[Cmdlet(VerbsCommon.Get, "FileTimestamp", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileStamp))]
public sealed class GetFileTimestampCommand : SharedPathCommand
{
    private const string ImportSet = "Import";
    private const string ExportHelp = "A manifest to write the stamps to as well: a JSON file that another host or a later run can compare with.";
    private const string TimeoutHelp = "How many seconds a file system may take to answer; as long as it takes where nothing is said.";

    // So many are asked for at a time; files of one directory share the look at it.
    private const int BatchSize = 256;
    private readonly FreshStamps fresh = new() { Trees = true };
    private readonly List<string> batch = [];
    private readonly List<FileStamp> taken = [];
    private bool failed;

    /// <summary>The manifest to write.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = ExportHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = ExportHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? ExportPath { get; set; }

    /// <summary>The manifest to read.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ImportSet, HelpMessage = "A manifest to read stamps from; nothing is looked at or compared.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string ImportPath { get; set; } = "";

    /// <summary>How long a file system may take to answer.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = TimeoutHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = TimeoutHelp)]
    [ValidateRange(1, Duration.MostSeconds)]
    public int? TimeoutSeconds { get; set; }

    private TimeSpan Patience => TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ImportSet)
        {
            Import();
            return;
        }

        foreach (var path in ResolvePaths())
        {
            batch.Add(path);
            if (batch.Count == BatchSize)
            {
                Take();
            }
        }

        // The next event may be a day away.
        if (EngineStreams.Piped(this) is FileEvent)
        {
            Take();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Take();
        if (ExportPath is not null && ResolveFile(ExportPath, ThrowTerminatingError) is { } file && ShouldProcess(file, $"Write a manifest of {taken.Count} stamps"))
        {
            Export(file);
        }
    }

    private void Take()
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            Write(fresh.Take(batch, Patience, StopToken));
        }
        catch (IOException)
        {
            // One of them: the others have stamps all the same.
            batch.ForEach(TakeAlone);
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }

        batch.Clear();
    }

    private void TakeAlone(string path)
    {
        try
        {
            Write(fresh.Take([path], Patience, StopToken));
        }
        catch (IOException e)
        {
            failed = true;
            WriteError($"{e.Message}.", "Check that you may look at it, and that its file system answers: see Get-SharedFileSystem.", ErrorIds.FileUnreachable, ErrorCategory.ReadError, path);
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Write(IReadOnlyList<FileStamp> stamps)
    {
        if (ExportPath is not null)
        {
            taken.AddRange(stamps);
        }

        WriteObject(stamps, enumerateCollection: true);
    }

    private void Export(string file)
    {
        if (failed || Unresolved)
        {
            WriteError(Error(StampManifest.Lacking(file), ErrorIds.ManifestUnusable, ErrorCategory.WriteError, file));
            return;
        }

        try
        {
            StampManifest.Write(file, taken);
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.ManifestUnusable, ErrorCategory.WriteError, file));
        }
    }

    private void Import()
    {
        var file = ResolveFile(ImportPath, ThrowTerminatingError)!;
        try
        {
            WriteObject(StampManifest.Read(file), enumerateCollection: true);
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.ManifestUnusable, ErrorCategory.ReadError, file));
        }
    }
}
