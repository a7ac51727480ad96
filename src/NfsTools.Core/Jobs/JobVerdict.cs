namespace NfsTools.Jobs;

/// <summary>How a job ended.</summary>
public enum JobVerdict
{
    /// <summary>It returned 0, and with protection all of its files are as they must be.</summary>
    Succeeded,

    /// <summary>It returned something else than 0, or a signal ended it.</summary>
    Failed,

    /// <summary>It was not run: an input is not as expected, or a file system does not answer.</summary>
    InputsNotReady,

    /// <summary>It returned 0, but an input changed while it ran.</summary>
    InputChanged,

    /// <summary>It returned 0, but an output is missing or was not written by it.</summary>
    OutputNotWritten,

    /// <summary>The command cannot be started.</summary>
    CannotStart,

    /// <summary>It was ended because its time was over.</summary>
    TimedOut,

    /// <summary>A signal ended the work before the command was started or after it had ended.</summary>
    Interrupted,

    /// <summary>It has succeeded, but the manifest of its outputs' stamps cannot be written.</summary>
    NotRecorded,

    /// <summary>It returned 0, but not all of its files could be learnt from its trace.</summary>
    NotTraced,

    /// <summary>It was not run: a file that is named is a device, a pipe or the like, and cannot be checked.</summary>
    NotCheckable,
}
