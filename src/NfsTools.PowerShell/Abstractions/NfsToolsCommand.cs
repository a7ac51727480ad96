using System.Management.Automation;
using NfsTools.Stamps;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>What all cmdlets of the module share: how they stop, and how they tell of errors.</summary>
public abstract class NfsToolsCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private bool disposed;

    /// <summary>Cancelled when the user stops the pipeline.</summary>
    protected CancellationToken StopToken => stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        // A downstream cmdlet that has seen enough, or an error there, ends this one without StopProcessing.
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        lock (gate)
        {
            // It may be called when the cmdlet has been disposed already.
            if (!disposed)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>Lets go of what the cmdlet holds; called once more at the end of every pipeline.</summary>
    protected virtual void Dispose(bool disposing)
    {
        lock (gate)
        {
            if (!disposed)
            {
                disposed = true;
                stop.Dispose();
            }
        }
    }

    /// <summary>Tells what the cmdlet does; what a terminal would obey is taken out.</summary>
    public new void WriteVerbose(string text) => base.WriteVerbose(SafeText.Clean(text));

    /// <summary>Warns; what a terminal would obey is taken out.</summary>
    public new void WriteWarning(string text) => base.WriteWarning(SafeText.Clean(text));

    /// <summary>Shows progress; what a terminal would obey is taken out.</summary>
    public new void WriteProgress(ProgressRecord progressRecord)
    {
        (progressRecord.Activity, progressRecord.StatusDescription) = (SafeText.Clean(progressRecord.Activity), SafeText.Clean(progressRecord.StatusDescription));
        base.WriteProgress(progressRecord);
    }

    /// <summary>Tells of an error; what a terminal would obey is taken out of its texts.</summary>
    public new void WriteError(ErrorRecord errorRecord) => base.WriteError(Safe(errorRecord));

    /// <summary>Ends with an error; what a terminal would obey is taken out of its texts.</summary>
    public new void ThrowTerminatingError(ErrorRecord errorRecord) => base.ThrowTerminatingError(Safe(errorRecord));

    /// <summary>Asks whether it is to be done; what a terminal would obey is taken out.</summary>
    public new bool ShouldProcess(string target, string action) => base.ShouldProcess(SafeText.Clean(target), SafeText.Clean(action));

    /// <summary>An error with its remedy.</summary>
    protected internal static ErrorRecord Error(NfsToolsException exception, string errorId, ErrorCategory category, object target) =>
        new(exception, errorId, category, target) { ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = exception.Remedy } };

    /// <summary>Tells of an item that cannot be worked on; the cmdlet goes on with the next.</summary>
    protected void WriteError(string message, string remedy, string errorId, ErrorCategory category, object target) =>
        WriteError(Error(new NfsToolsException(message, remedy), errorId, category, target));

    /// <summary>The time that a parameter's value means: itself, or the mtime of the stamp or file that it is.</summary>
    private protected DateTimeOffset TimeOf(string parameter, object reference)
    {
        switch (reference is PSObject wrapped ? wrapped.BaseObject : reference)
        {
            case DateTimeOffset time:
                return time;
            case DateTime time:
                return time;
            case FileStamp { ModifyTime: { } time }:
                return time;
            case FileSystemInfo file:
                return TimeOfFile(parameter, FileOf(PathTextAttribute.PathOf(file)!));
            case string text when text is [_, _, _, _, '-', ..] && UtcTextAttribute.Parse(text) is { } time:
                return time;
            case string text:
                return TimeOfFile(parameter, FileOf(text));
            case not null when PSObject.AsPSObject(reference).Properties["ModifyTimeNs"]?.Value is long nanoseconds:
                // A stamp that came from another session.
                return DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
            case not (null or FileStamp) when PathTextAttribute.PathOf(reference) is { } path:
                return TimeOfFile(parameter, FileOf(path));
            default:
                ThrowTerminatingError(Error(
                    new NfsToolsException($"-{parameter}: '{reference}' is no time, no stamp of a file that was there, and no file.", "Give a time, a stamp of Get-FileTimestamp, or a file."),
                    ErrorIds.PathNotFound, ErrorCategory.InvalidArgument, reference));
                throw new InvalidOperationException();
        }
    }

    private static ErrorRecord Safe(ErrorRecord error)
    {
        // What is worked on is handed on as it is; its name is shown.
        error.CategoryInfo.TargetName = SafeText.Clean(error.CategoryInfo.TargetName);
        return error;
    }

    private DateTimeOffset TimeOfFile(string parameter, string file)
    {
        string message;
        try
        {
            if (new FreshStamps().Take([file], Timeout.InfiniteTimeSpan, StopToken)[0].ModifyTime is { } time)
            {
                return time;
            }

            message = $"-{parameter}: there is no file '{file}', and it is no time.";
        }
        catch (IOException e)
        {
            message = $"-{parameter}: {e.Message}.";
        }

        ThrowTerminatingError(Error(new NfsToolsException(message, "Name a file that exists, or a time such as 2026-11-21T20:57:27."), ErrorIds.PathNotFound, ErrorCategory.ObjectNotFound, file));
        throw new InvalidOperationException();
    }

    /// <summary>The stamps that a parameter's value means: stamps, or names of manifests; null where it is neither.</summary>
    private protected IReadOnlyList<FileStamp>? StampsOf(string parameter, object? expected) => (expected is PSObject wrapped ? wrapped.BaseObject : expected) switch
    {
        FileStamp stamp => [stamp],
        object[] { Length: > 0 } several => [.. several.SelectMany(s => StampsOf(parameter, s) ?? throw NotAStamp(parameter, s))],
        string text when UtcTextAttribute.Parse(text) is null => Manifest(text),
        _ => null,
    };

    private IReadOnlyList<FileStamp> Manifest(string path)
    {
        var file = FileOf(path);
        try
        {
            return StampManifest.Read(file);
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.ManifestUnusable, ErrorCategory.ReadError, file));
            throw;
        }
    }

    private protected InvalidOperationException NotAStamp(string parameter, object item)
    {
        ThrowTerminatingError(Error(
            new NfsToolsException($"-{parameter}: '{item}' is no stamp.", "Give stamps of Get-FileTimestamp, or a manifest: stamps of another session have lost what they are compared by, its manifest has not."), ErrorIds.ExpectationMissing, ErrorCategory.InvalidArgument, item));
        return new InvalidOperationException();
    }

    /// <summary>The file that a parameter names.</summary>
    private protected string FileOf(string path)
    {
        try
        {
            return FilePaths.Literal(this, path);
        }
        catch (SessionStateException e)
        {
            ThrowTerminatingError(FilePaths.Error(e, path));
            throw;
        }
    }
}
