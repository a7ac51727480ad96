using System.Management.Automation;
using NfsTools.PowerShell.Abstractions;
using NfsTools.Watching;

namespace NfsTools.PowerShell.Commands;

/// <summary>Waits until a file is there, is gone, is newer or stands still, whoever sees to that.</summary>
[Cmdlet(VerbsLifecycle.Wait, "SharedFile", DefaultParameterSetName = ExistsSet)]
[OutputType(typeof(FileWaitResult))]
public sealed class WaitSharedFileCommand : NfsToolsCommand
{
    private const string ExistsSet = "Exists";
    private const string GoneSet = "Gone";
    private const string NewerSet = "Newer";
    private const string StableSet = "Stable";

    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "Files or directories, named letter by letter; each is waited for in its turn.")]
    [Alias("PSPath", "LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] Path { get; set; } = [];

    /// <summary>Until nothing is there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GoneSet, HelpMessage = FileWait.GoneHelp)]
    public SwitchParameter Gone { get; set; }

    /// <summary>Until it is newer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NewerSet, HelpMessage = "Until it was written later than this: a time on the file server's clock (as a text 2026-11-21T20:57:27, in UTC where it names no time zone), a stamp of Get-FileTimestamp, or a file as that is now.")]
    [ValidateNotNullOrEmpty]
    public object NewerThan { get; set; } = "";

    /// <summary>Until it stands still.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StableSet, HelpMessage = "Until it is there and did not change for so many seconds.")]
    [ValidateRange(0.0, Duration.MostSeconds)]
    public double StableSeconds { get; set; }

    /// <summary>How long to wait.</summary>
    [Parameter(HelpMessage = "How many seconds to wait for each file; 0 looks once. For ever where nothing is said.")]
    [ValidateRange(0, Duration.MostSeconds)]
    public int? TimeoutSeconds { get; set; }

    /// <summary>How often to look.</summary>
    [Parameter(HelpMessage = "Look every so many seconds when the kernel tells of no change.")]
    [ValidateRange(0.01, Duration.MostSeconds)]
    public double PollSeconds { get; set; } = 2;

    /// <summary>Write how the wait ended.</summary>
    [Parameter(HelpMessage = "Write how each wait ended, with the last stamp.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            try
            {
                Wait(FilePaths.Literal(this, path));
            }
            catch (SessionStateException e)
            {
                WriteError(FilePaths.Error(e, path));
            }
            catch (OperationCanceledException) when (Stopping)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    private void Wait(string file)
    {
        var progress = new Progress(this, file);
        var result = new FileWait
        {
            Path = file,
            Condition = Enum.Parse<WaitCondition>(ParameterSetName),
            NewerThan = ParameterSetName == NewerSet ? TimeOf(nameof(NewerThan), NewerThan) : default,
            StableFor = TimeSpan.FromSeconds(StableSeconds),
            Timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan,
            PollInterval = TimeSpan.FromSeconds(PollSeconds),
        }.Run(StopToken, progress: progress);
        progress.End();
        WriteVerbose($"{file}: {result.Summary}");
        if (!result.Met)
        {
            WriteError($"{file}: {result.Summary}.", "Wait longer, or look why it does not come.", ErrorIds.WaitTimedOut, ErrorCategory.OperationTimeout, file);
        }

        if (PassThru)
        {
            WriteObject(result);
        }
    }

    // The wait tells of its looks on the thread that runs it, which is the pipeline's.
    private sealed class Progress(NfsToolsCommand cmdlet, string file) : IProgress<FileWaitResult>
    {
        private readonly ProgressMeter meter = new(cmdlet, $"Waiting for {file}");
        private string problem = "";

        public void Report(FileWaitResult value)
        {
            meter.Show(0, 0, () => value.Summary);
            if (value.Problem != problem && value.Problem.Length > 0)
            {
                cmdlet.WriteWarning($"{file}: {value.Problem}");
            }

            problem = value.Problem;
        }

        public void End() => meter.End();
    }
}
