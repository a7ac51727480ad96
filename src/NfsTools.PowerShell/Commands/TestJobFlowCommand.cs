using System.Management.Automation;
using NfsTools.Jobs.Flows;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Tests whether flows of jobs can be run, or says what is wrong with them.</summary>
[Cmdlet(VerbsDiagnostic.Test, "JobFlow")]
[OutputType(typeof(bool), typeof(FlowProblem))]
public sealed class TestJobFlowCommand : FlowCommand
{
    /// <summary>Write what is wrong.</summary>
    [Parameter(HelpMessage = "Write an object for each thing that is wrong, instead of true or false.")]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void Process(JobFlow flow)
    {
        var problems = flow.Check(StopToken);
        if (Detailed)
        {
            WriteObject(problems, enumerateCollection: true);
            return;
        }

        foreach (var problem in problems)
        {
            WriteVerbose(problem.Message);
        }

        WriteObject(problems.Count == 0);
    }
}
