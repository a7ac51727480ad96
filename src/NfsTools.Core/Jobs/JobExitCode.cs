namespace NfsTools.Jobs;

/// <summary>Exit codes that a job's wrapper has of its own: below those of shells (126, 127, 128 and a signal's number).</summary>
public static class JobExitCode
{
    /// <summary>The job was not run: another holds the lock it needs.</summary>
    public const int LockHeld = 118;

    /// <summary>The job was ended because its lock was lost, or the lock was lost before its end.</summary>
    public const int LockLost = 119;

    /// <summary>The job was not run: an input is not as expected, or a file system does not answer.</summary>
    public const int InputsNotReady = 120;

    /// <summary>An input changed while the job ran.</summary>
    public const int InputChanged = 121;

    /// <summary>An output is missing, or was not written by the job.</summary>
    public const int OutputNotWritten = 122;

    /// <summary>The command cannot be started.</summary>
    public const int CannotStart = 123;

    /// <summary>The job was ended because its time was over; as timeout(1) has it.</summary>
    public const int TimedOut = 124;

    /// <summary>The wrapper itself cannot go on, or was called wrongly; as env(1) and timeout(1) have it.</summary>
    public const int CannotGoOn = 125;

    /// <summary>Whether a code is one of these.</summary>
    public static bool IsOwn(int code) => code is >= LockHeld and <= CannotGoOn;
}
