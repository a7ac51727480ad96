using System.Management.Automation;
using NfsTools.Jobs.Flows;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>A cmdlet that takes flows of jobs.</summary>
public abstract class FlowCommand : NfsToolsCommand
{
    /// <summary>The flows.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "YAML files with flows of jobs, named letter by letter.")]
    [Alias("PSPath", "LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            try
            {
                Process(JobFlow.Load(FilePaths.Literal(this, path)));
            }
            catch (SessionStateException e)
            {
                WriteError(FilePaths.Error(e, path));
            }
            catch (NfsToolsException e)
            {
                WriteError(Error(e, ErrorIds.FlowInvalid, ErrorCategory.InvalidData, path));
            }
            catch (OperationCanceledException) when (Stopping)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    /// <summary>Works on one flow.</summary>
    protected abstract void Process(JobFlow flow);
}
