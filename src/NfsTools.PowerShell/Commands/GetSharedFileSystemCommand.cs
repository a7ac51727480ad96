using System.Management.Automation;
using NfsTools.FileSystems;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Tells which file systems there are, or which ones paths are on, how old their answers may be, and how changes are found there.</summary>
[Cmdlet(VerbsCommon.Get, "SharedFileSystem", DefaultParameterSetName = MountTableSet)]
[OutputType(typeof(SharedFileSystem))]
public sealed class GetSharedFileSystemCommand : SharedPathCommand
{
    private const string MountTableSet = "MountTable";
    private readonly List<string> paths = [];

    /// <summary>Local ones too.</summary>
    [Parameter(ParameterSetName = MountTableSet, HelpMessage = "Every file system in the mount table, local ones too, instead of shared ones alone.")]
    public SwitchParameter All { get; set; }

    /// <summary>How long a file system may take to answer.</summary>
    [Parameter(HelpMessage = "How many seconds a file system may take to answer; one that takes longer is told with Responds false.")]
    [ValidateRange(1, Duration.MostSeconds)]
    public int TimeoutSeconds { get; set; } = (int)FileSystemLocator.UsualTimeout.TotalSeconds;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName != MountTableSet)
        {
            paths.AddRange(ResolvePaths());
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // An empty pipeline asks about nothing, not about everything.
        var timeout = TimeSpan.FromSeconds(TimeoutSeconds);
        var asked = ParameterSetName != MountTableSet || MyInvocation.ExpectingInput;
        try
        {
            // All at once: however many of them hang, the time is over once.
            var places = FileSystemLocator.WithLimits(asked ? FileSystemLocator.Locate(paths, timeout, StopToken) : FileSystemLocator.Mounts(All, timeout, StopToken));
            foreach (var place in places)
            {
                WriteVerbose($"{place.Path}: {place.Reason}");
                WriteObject(place);
            }
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }
}
