using System.Management.Automation;
using NfsTools.PowerShell.Abstractions;
using NfsTools.Stamps;

namespace NfsTools.PowerShell.Commands;

/// <summary>Measures file systems with a probe file: the server's clock, the tick of its time stamps, the round trip, the reach of locks.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "SharedFileSystem", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileSystemMeasurement))]
public sealed class MeasureSharedFileSystemCommand : SharedPathCommand
{
    /// <summary>How long a file system may take.</summary>
    [Parameter(HelpMessage = "How many seconds a file system may take for all of it.")]
    [ValidateRange(1, Duration.MostSeconds)]
    public int TimeoutSeconds { get; set; } = (int)FileSystemMeasurement.UsualTimeout.TotalSeconds;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var directory in ResolvePaths())
        {
            if (ShouldProcess(directory, "Make a probe file and remove it"))
            {
                Measure(directory);
            }
        }
    }

    private void Measure(string directory)
    {
        try
        {
            WriteObject(FileSystemMeasurement.Measure(directory, TimeSpan.FromSeconds(TimeoutSeconds), cancellation: StopToken));
        }
        catch (NfsToolsException e)
        {
            WriteError(Error(e, ErrorIds.MeasurementFailed, ErrorCategory.ResourceUnavailable, directory));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }
}
