using System.Management.Automation;
using NfsTools.Interop;
using NfsTools.Jobs;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Runs a command or a script block on fresh inputs, and believes only fresh outputs.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ProtectedJob", DefaultParameterSetName = CommandSet, SupportsShouldProcess = true)]
[OutputType(typeof(ProtectedJobResult), typeof(string))]
public sealed class InvokeProtectedJobCommand : NfsToolsCommand
{
    private const string CommandSet = "Command";
    private const string ScriptSet = "Script";

    // In all parameter sets, or PowerShell would take a script block for the name of a program where one of these is given.
    private static readonly string[] ProgramOptions = [nameof(ArgumentList), nameof(CapsulePath), nameof(Trace), nameof(IgnorePath), nameof(TimeoutSeconds), nameof(GraceSeconds)];
    private bool isWithoutInput;

    /// <summary>The program.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = CommandSet, HelpMessage = "The program to run; searched in PATH where it has no slash.")]
    [ValidateNotNullOrEmpty]
    [PathText(Program = true)]
    public string FilePath { get; set; } = "";

    /// <summary>Its arguments.</summary>
    [Parameter(Position = 1, HelpMessage = "Its arguments; each arrives as it is, since no shell reads them.")]
    [AllowEmptyString]
    [ValidateNotNull]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>The script block to run instead.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ScriptSet, HelpMessage = "A script block to run instead of a program, in the scope of the caller. Errors that it writes or throws are failures of the job.")]
    [ValidateNotNull]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>What it reads.</summary>
    [Parameter(HelpMessage = "Files the job reads: they are to be there, with the stamps that -Expected has of them, and must not change while it runs. A device, a pipe or a path in /proc cannot be checked, and the job is not run.")]
    [ValidateNotNullOrEmpty]
    [Alias("Input")]
    [PathText]
    public string[] InputPath { get; set; } = [];

    /// <summary>What it writes.</summary>
    [Parameter(HelpMessage = "Files the job writes: they must be there afterwards, written after the start by their file server's clock.")]
    [ValidateNotNullOrEmpty]
    [Alias("Output")]
    [PathText]
    public string[] OutputPath { get; set; } = [];

    /// <summary>The stamps the inputs are to have.</summary>
    [Parameter(HelpMessage = "The stamps the inputs are to have: stamps of Get-FileTimestamp, or names of manifests. Where no input is named, all of these files are inputs.")]
    [ValidateNotNullOrEmpty]
    public object[] Expected { get; set; } = [];

    /// <summary>Check the files.</summary>
    [Parameter(HelpMessage = "Check the files. Without it they are checked where -InputPath, -OutputPath or -Expected names some, where -CapsulePath, -Trace or -Hash is given, or the variable NFSTOOLS_PROTECTION or VOV_VW_NFS_PROTECTION of the environment is set to anything but 0. -Protect:$false turns that off, with a warning.")]
    public SwitchParameter Protect { get; set; }

    /// <summary>Write the result alone.</summary>
    [Parameter(HelpMessage = "Write the result alone, and keep what the job writes in its properties Output and ErrorOutput: all of it. Otherwise that goes to PowerShell's streams as it comes, the result is the last object, and has its last 1,000 lines.")]
    public SwitchParameter ResultOnly { get; set; }

    /// <summary>The manifest to write.</summary>
    [Parameter(HelpMessage = ProtectedJob.RecordHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? RecordPath { get; set; }

    /// <summary>The report to write.</summary>
    [Parameter(HelpMessage = "Write the result with its evidence to this JSON file.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? ReportPath { get; set; }

    /// <summary>Tables of known commands.</summary>
    [Parameter(HelpMessage = "YAML tables of commands that tell which of their arguments are inputs and outputs, before the one that the module has. Asked where neither -InputPath nor -OutputPath names a file.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] CapsulePath { get; set; } = [];

    /// <summary>Learn the files from strace.</summary>
    [Parameter(HelpMessage = ProtectedJob.TraceHelp)]
    public SwitchParameter Trace { get; set; }

    /// <summary>What tracing leaves out.</summary>
    [Parameter(HelpMessage = "Directories and files that -Trace leaves out.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] IgnorePath { get; set; } = [];

    /// <summary>How often to try again.</summary>
    [Parameter(HelpMessage = StampCheck.RetriesHelp)]
    [ValidateRange(0, StampCheck.MostRetries)]
    public int RetryCount { get; set; } = StampCheck.UsualRetries;

    /// <summary>The time between two tries.</summary>
    [Parameter(HelpMessage = $"{StampCheck.RetryDelayHelp}, in seconds.")]
    [ValidateRange(0.0, Duration.MostSeconds)]
    public double RetryDelaySeconds { get; set; } = StampCheck.UsualRetryDelay.TotalSeconds;

    /// <summary>How long it may run.</summary>
    [Parameter(HelpMessage = "How many seconds the program may run; then it and what it started get SIGTERM, and SIGKILL after -GraceSeconds. For ever where nothing is said.")]
    [ValidateRange(0.001, Duration.MostSeconds)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>How long it may take to end.</summary>
    [Parameter(HelpMessage = "How many seconds the program may take to end after SIGTERM.")]
    [ValidateRange(0.0, Duration.MostSeconds)]
    public double GraceSeconds { get; set; } = ChildProcess.UsualGrace.TotalSeconds;

    /// <summary>Compare contents too.</summary>
    [Parameter(HelpMessage = ProtectedJob.HashHelp)]
    public SwitchParameter Hash { get; set; }

    private string JobName => ScriptBlock is null ? FilePath : "a script block";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        isWithoutInput = true;
        if (ScriptBlock is not null && ProgramOptions.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } option)
        {
            throw Misplaced(option);
        }

        if (FilePath.StartsWith(PathTextAttribute.NoPath))
        {
            // Throws.
            FileOf(FilePath);
        }

        var name = JobName;
        if (!ShouldProcess(name, "Run as a job"))
        {
            return;
        }

        var output = new JobOutput(this, ResultOnly);
        var progress = new Progress(this);
        try
        {
            var result = Run(Job(output), output, progress);
            progress.End();
            Tell(name, result, output);
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.JobFailed, ErrorCategory.ResourceUnavailable, name));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Where something is piped in that nothing takes, no record is processed. The job would run without what it was to read.
        if (!isWithoutInput)
        {
            ThrowTerminatingError(Error(
                new NfsToolsException($"{JobName}: the job was not run: it takes no input from the pipeline.", "Let it read a file, and name that with -InputPath; or leave the pipeline before it out."),
                ErrorIds.JobFailed, ErrorCategory.InvalidArgument, JobName));
        }
    }

    private ProtectedJob Job(JobOutput output)
    {
        var location = Location();
        var job = new ProtectedJob
        {
            Command = ScriptBlock is not null ? null : new ChildCommand
            {
                FileName = FilePath,
                Arguments = ArgumentList,
                WorkingDirectory = location,
                InheritEnvironment = false,
                Environment = ChildCommand.SessionEnvironment(),
            },
            Work = ScriptBlock is { } script ? _ => new ScriptWork(this, script, output).RunToEnd() : null,
            Name = ScriptBlock?.ToString() ?? "",
            Files = new JobFiles { Inputs = [.. InputPath.Select(FileOf)], Outputs = [.. OutputPath.Select(FileOf)] },
            Trace = Trace,
            TraceIgnored = [.. IgnorePath.Select(FileOf)],
            Expected = new ExpectedStamps(Expected.SelectMany(e => StampsOf(nameof(Expected), e) ?? throw NotAStamp(nameof(Expected), e))),
            ManifestPath = RecordPath is null ? null : FileOf(RecordPath),
            Retries = RetryCount,
            RetryDelay = TimeSpan.FromSeconds(RetryDelaySeconds),
            Timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan,
            Grace = TimeSpan.FromSeconds(GraceSeconds),
            Hash = Hash,
        };
        var asked = job.NamesFiles || Trace || Hash || CapsulePath.Length > 0 || ProtectedJob.IsAskedFor(Environment.GetEnvironmentVariable);
        var refused = MyInvocation.BoundParameters.ContainsKey(nameof(Protect)) && !Protect;
        if (asked && refused)
        {
            WriteWarning("The files of the job are not checked: -Protect:$false turns that off.");
        }

        job = job with { Protect = !refused && (asked || Protect) };
        return job.Protect || RecordPath is not null || ReportPath is not null ? job.Known(new Capsules([.. CapsulePath.Select(FileOf)])) : job;
    }

    private string Location()
    {
        try
        {
            return FilePaths.Location(this);
        }
        catch (SessionStateException e)
        {
            ThrowTerminatingError(FilePaths.Error(e, "."));
            throw;
        }
    }

    // A program's output goes through PowerShell's streams, or straight to this process's where nobody else wants it.
    private ProtectedJobResult Run(ProtectedJob job, JobOutput output, Progress progress)
    {
        if (job.Command is not { } command || (!ResultOnly && EngineStreams.AreUnused(this)))
        {
            return job.Run(StopToken, progress: progress);
        }

        using var streams = new ChildStreams(Console.OutputEncoding, EngineStreams.AreOfThisProcess(this));
        job = job with { Command = command with { Streams = streams.Ends } };
        return streams.Run(stop => job.Run(stop, progress: progress.On(streams)), output.Write, line => output.WriteErrorLine(LineOfError(line)), StopToken);
    }

    private InvalidOperationException Misplaced(string option)
    {
        ThrowTerminatingError(Error(
            new NfsToolsException(
                $"-{option} goes with a program: a script block runs in this session.",
                "Leave it out, or run the block in a process of its own: Invoke-ProtectedJob pwsh '-NoProfile', '-Command', '...'."),
            ErrorIds.ParameterMisplaced, ErrorCategory.InvalidArgument, option));
        return new InvalidOperationException();
    }

    private ErrorRecord LineOfError(string line) => new(new RemoteException(line), EngineStreams.NativeError, ErrorCategory.NotSpecified, FilePath);

    private void Tell(string name, ProtectedJobResult result, JobOutput output)
    {
        if (ReportPath is not null)
        {
            JobReport.Write(FileOf(ReportPath), result);
        }

        foreach (var (path, reason) in result.Inputs.Select(i => (i.Path, Reason: $"{i.Before.Reason}; {i.Reason}")).Concat(result.Outputs.Select(o => (o.Path, o.Reason))))
        {
            WriteVerbose($"{path}: {reason}");
        }

        if (!result.Succeeded)
        {
            WriteError($"{name}: {result.Reason.TrimEnd('.')}.", "The result has the evidence for each file.", ErrorIds.JobFailed, ErrorCategory.InvalidResult, result);
        }

        var shown = PSObject.AsPSObject(result);
        shown.Properties.Add(new PSNoteProperty("Output", output.Output));
        shown.Properties.Add(new PSNoteProperty("ErrorOutput", output.Errors));
        WriteObject(shown);
    }

    // The job tells of its wait on the thread that runs it, which is the pipeline's.
    private sealed class Progress(NfsToolsCommand cmdlet) : IProgress<IReadOnlyList<FileCheck>>
    {
        private readonly ProgressMeter meter = new(cmdlet, "Waiting for the job's inputs");

        /// <summary>The same for a job that is run on another thread.</summary>
        public IProgress<IReadOnlyList<FileCheck>> On(ChildStreams streams) => new Posted(this, streams);

        public void Report(IReadOnlyList<FileCheck> value) => meter.Show(0, 0, () => $"{value.Count} to go; {value[0].Path}: {value[0].Reason}");

        public void End() => meter.End();

        private sealed class Posted(Progress progress, ChildStreams streams) : IProgress<IReadOnlyList<FileCheck>>
        {
            public void Report(IReadOnlyList<FileCheck> value) => streams.Post(() => progress.Report(value));
        }
    }
}
