namespace NfsTools.PowerShell.Abstractions;

/// <summary>What errors are called: scripts tell them apart by these, so they stay as they are.</summary>
internal static class ErrorIds
{
    /// <summary>No file, or no drive, of that name.</summary>
    public const string PathNotFound = "PathNotFound";

    /// <summary>A name has lost the bytes in it that are not UTF-8.</summary>
    public const string PathNameLost = "PathNameLost";

    /// <summary>The path is on another provider than the file system, e.g. env: or variable:.</summary>
    public const string PathNotFileSystem = "PathNotFileSystem";

    /// <summary>An object was given that has no path.</summary>
    public const string PathMissing = "PathMissing";

    /// <summary>A log cannot be opened or read.</summary>
    public const string LogUnreadable = "LogUnreadable";

    /// <summary>A stretch of a log is no record.</summary>
    public const string RecordRejected = "RecordRejected";

    /// <summary>The store has another record of the same job, submission and end.</summary>
    public const string RecordConflict = "RecordConflict";

    /// <summary>The store cannot be opened, read or written.</summary>
    public const string StoreUnusable = "StoreUnusable";

    /// <summary>A configuration file cannot be read, or something in it is wrong.</summary>
    public const string ConfigurationInvalid = "ConfigurationInvalid";

    /// <summary>The collector cannot go on, or cannot begin.</summary>
    public const string CollectorFailed = "CollectorFailed";

    /// <summary>A watch cannot go on, or cannot begin.</summary>
    public const string WatchFailed = "WatchFailed";

    /// <summary>A file could not be looked at: its file system did not answer, or not in time.</summary>
    public const string FileUnreachable = "FileUnreachable";

    /// <summary>A manifest of stamps cannot be read or written.</summary>
    public const string ManifestUnusable = "ManifestUnusable";

    /// <summary>A directory cannot be measured.</summary>
    public const string MeasurementFailed = "MeasurementFailed";

    /// <summary>What was waited for did not come in time.</summary>
    public const string WaitTimedOut = "WaitTimedOut";

    /// <summary>There is no stamp to compare a file with.</summary>
    public const string ExpectationMissing = "ExpectationMissing";

    /// <summary>A flow of jobs cannot be read, or something in it is wrong.</summary>
    public const string FlowInvalid = "FlowInvalid";

    /// <summary>A job failed, was not run, or is not to be believed.</summary>
    public const string JobFailed = "JobFailed";

    /// <summary>A parameter was given that goes with another kind of job.</summary>
    public const string ParameterMisplaced = "ParameterMisplaced";

    /// <summary>There is no time between -From and -To.</summary>
    public const string EmptyPeriod = "EmptyPeriod";

    /// <summary>Another holds the lock.</summary>
    public const string LockHeld = "LockHeld";

    /// <summary>A lock was lost before it was released.</summary>
    public const string LockLost = "LockLost";

    /// <summary>A file cannot be used for a lock.</summary>
    public const string LockUnusable = "LockUnusable";
}
