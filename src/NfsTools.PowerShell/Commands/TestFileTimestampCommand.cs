using System.Management.Automation;
using NfsTools.Jobs;
using NfsTools.PowerShell.Abstractions;
using NfsTools.Stamps;

namespace NfsTools.PowerShell.Commands;

/// <summary>Tests whether files are what is expected of them, past the client's caches; waits for it where they are not yet.</summary>
[Cmdlet(VerbsDiagnostic.Test, "FileTimestamp", DefaultParameterSetName = PathSet)]
[OutputType(typeof(bool), typeof(FileCheck))]
public sealed class TestFileTimestampCommand : SharedPathCommand
{
    private readonly List<string> files = [];

    /// <summary>What they are to be.</summary>
    [Parameter(Position = 1, HelpMessage = "The stamps they are to have: a stamp of Get-FileTimestamp, several, or the name of a manifest. Or the time they are to have been written at, on the file server's clock.")]
    [ValidateNotNullOrEmpty]
    public object? Expected { get; set; }

    /// <summary>They are to be newer.</summary>
    [Parameter(HelpMessage = "They are to have been written later than this: a time, a stamp of Get-FileTimestamp, or a file as that is now.")]
    [ValidateNotNullOrEmpty]
    public object? NewerThan { get; set; }

    /// <summary>They are to be older.</summary>
    [Parameter(HelpMessage = "They are to have been written earlier than this: a time, a stamp of Get-FileTimestamp, or a file as that is now.")]
    [ValidateNotNullOrEmpty]
    public object? OlderThan { get; set; }

    /// <summary>How far times may be off.</summary>
    [Parameter(HelpMessage = "How far times may be off, in seconds; of a stamp only size and mtime count then, as copies need it.")]
    [Alias("Tolerance")]
    [ValidateRange(0.0, Duration.MostSeconds)]
    public double ToleranceSeconds { get; set; }

    /// <summary>How often to try again.</summary>
    [Parameter(HelpMessage = StampCheck.RetriesHelp)]
    [ValidateRange(0, StampCheck.MostRetries)]
    public int RetryCount { get; set; } = StampCheck.UsualRetries;

    /// <summary>The time between two tries.</summary>
    [Parameter(HelpMessage = $"{StampCheck.RetryDelayHelp}, in seconds.")]
    [ValidateRange(0.0, Duration.MostSeconds)]
    public double RetryDelaySeconds { get; set; } = StampCheck.UsualRetryDelay.TotalSeconds;

    /// <summary>Believe the caches.</summary>
    [Parameter(HelpMessage = StampCheck.NoRevalidateHelp)]
    public SwitchParameter NoRevalidate { get; set; }

    /// <summary>Write the evidence.</summary>
    [Parameter(HelpMessage = "Write an object for each file with the evidence, instead of true or false for all of them.")]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => files.AddRange(ResolvePaths());

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var checks = files.Count > 0 ? Check() : [];
        if (Detailed)
        {
            WriteObject(checks, enumerateCollection: true);
        }
        else
        {
            if (files.Count == 0 && !Unresolved)
            {
                WriteWarning("No file was given, so none was tested.");
            }

            WriteObject(!Unresolved && files.Count > 0 && checks.All(c => c.Holds));
        }
    }

    private IReadOnlyList<FileCheck> Check()
    {
        var progress = new Progress(this);
        try
        {
            var checks = new StampCheck
            {
                Files = Expectations(),
                Retries = RetryCount,
                RetryDelay = TimeSpan.FromSeconds(RetryDelaySeconds),
                Revalidate = !NoRevalidate,
            }.Run(StopToken, progress: progress);
            foreach (var check in checks)
            {
                WriteVerbose($"{check.Path}: {check.Reason}");
            }

            return checks;
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            progress.End();
        }
    }

    private List<FileExpectation> Expectations()
    {
        FileExpectation any = new()
        {
            Path = "",
            NewerThan = NewerThan is null ? null : TimeOf(nameof(NewerThan), NewerThan),
            OlderThan = OlderThan is null ? null : TimeOf(nameof(OlderThan), OlderThan),
            Tolerance = TimeSpan.FromSeconds(ToleranceSeconds),
        };
        return StampsOf(nameof(Expected), Expected) switch
        {
            null when Expected is null => files.ConvertAll(path => any with { Path = path }),
            null when PSObject.AsPSObject(Expected).Properties["ModifyTimeNs"] is not null => throw NotAStamp(nameof(Expected), Expected),
            null => TimeOf(nameof(Expected), Expected) is var time ? files.ConvertAll(path => any with { Path = path, ModifyTime = time }) : [],
            [var stamp] when Expected is not string => files.ConvertAll(path => any with { Path = path, Stamp = stamp }),
            var stamps => new ExpectedStamps(stamps) is var expected ? files.ConvertAll(path => any with { Path = path, Stamp = expected.Of(path) ?? NoStamp(path) }) : [],
        };
    }

    private FileStamp NoStamp(string path)
    {
        ThrowTerminatingError(Error(
            new NfsToolsException($"{path}: -Expected has no stamp of it.", "Check the name, or leave the file out."), ErrorIds.ExpectationMissing, ErrorCategory.ObjectNotFound, path));
        throw new InvalidOperationException();
    }

    // The check tells of its looks on the thread that runs it, which is the pipeline's.
    private sealed class Progress(NfsToolsCommand cmdlet) : IProgress<IReadOnlyList<FileCheck>>
    {
        private readonly ProgressMeter meter = new(cmdlet, "Waiting for files to be as expected");

        public void Report(IReadOnlyList<FileCheck> value) => meter.Show(0, 0, () => $"{value.Count} to go; {value[0].Path}: {value[0].Reason}");

        public void End() => meter.End();
    }
}
