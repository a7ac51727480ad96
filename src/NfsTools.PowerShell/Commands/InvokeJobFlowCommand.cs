using System.Management.Automation;
using NfsTools.Jobs;
using NfsTools.Jobs.Flows;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Runs what is out of date of flows of protected jobs.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "JobFlow", SupportsShouldProcess = true)]
[OutputType(typeof(FlowJobResult))]
public sealed class InvokeJobFlowCommand : FlowCommand
{
    private static readonly FlowOptions Defaults = new();

    /// <summary>How many jobs run at once.</summary>
    [Parameter(HelpMessage = "How many jobs run at once at most; as many as there are processors where nothing is said.")]
    [Alias("Jobs")]
    [ValidateRange(1, FlowOptions.MostJobs)]
    public int ThrottleLimit { get; set; } = Defaults.Jobs;

    /// <summary>Go on after a failure.</summary>
    [Parameter(HelpMessage = FlowOptions.KeepGoingHelp)]
    public SwitchParameter KeepGoing { get; set; }

    /// <summary>How often to try again.</summary>
    [Parameter(HelpMessage = StampCheck.RetriesHelp)]
    [ValidateRange(0, StampCheck.MostRetries)]
    public int RetryCount { get; set; } = Defaults.Retries;

    /// <summary>The time between two tries.</summary>
    [Parameter(HelpMessage = $"{StampCheck.RetryDelayHelp}, in seconds.")]
    [ValidateRange(0.0, Duration.MostSeconds)]
    public double RetryDelaySeconds { get; set; } = Defaults.RetryDelay.TotalSeconds;

    /// <inheritdoc/>
    protected override void Process(JobFlow flow)
    {
        var runner = new FlowRunner(flow, new FlowOptions { Jobs = ThrottleLimit, KeepGoing = KeepGoing, Retries = RetryCount, RetryDelay = TimeSpan.FromSeconds(RetryDelaySeconds) });
        if (!ShouldProcess(flow.Path, "Run what is out of date of the flow"))
        {
            // What a run would do, and why: whoever asked -WhatIf wants to know.
            WriteObject(runner.Plan(StopToken), enumerateCollection: true);
            return;
        }

        var progress = new Progress(this, flow);
        var results = runner.Run(StopToken, progress);
        progress.End();
        WriteObject(results, enumerateCollection: true);
        if (results.Count(r => r.Status is FlowJobStatus.Failed) is var failed && results.FirstOrDefault(r => r.Status is FlowJobStatus.Failed) is { } first)
        {
            WriteError(
                $"{flow.Path}: {(failed == 1 ? "a job" : $"{failed} jobs")} failed: {first.Job}: {first.Reason}.",
                $"See what it wrote in {first.Log}; then run the flow again: what succeeded is not run again.",
                ErrorIds.JobFailed,
                ErrorCategory.InvalidResult,
                first);
        }
    }

    private sealed class Progress(NfsToolsCommand cmdlet, JobFlow flow) : IProgress<FlowJobResult>
    {
        private readonly ProgressMeter meter = new(cmdlet, $"Running {flow.Path}");
        private readonly HashSet<string> running = [];
        private int done;

        public void Report(FlowJobResult value)
        {
            cmdlet.WriteVerbose($"{value.Job}: {value.Status}: {value.Reason}");
            if (value.Status == FlowJobStatus.Running)
            {
                running.Add(value.Job);
            }
            else
            {
                running.Remove(value.Job);
                done++;
            }

            meter.Show(done, flow.Jobs.Count, () => $"{done} of {flow.Jobs.Count} jobs; running: {string.Join(", ", running)}");
        }

        public void End() => meter.End();
    }
}
