using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>How a job left the queue, and when its last run ended.</summary>
internal static class HTCondorStatus
{
    /// <summary>JobStatus of a job that was removed.</summary>
    public const long Removed = 3;

    /// <summary>JobStatus of a job that ended by itself.</summary>
    public const long Completed = 4;

    private const long Running = 2;
    private const long Held = 5;
    private const long TransferringOutput = 6;
    private const long Suspended = 7;

    // HTCondor manual, "Hold Reason Codes": JobOutOfResources with the subcode Memory, JobDurationExceeded, JobExecuteExceeded.
    private const long OutOfResources = 34;
    private const long Memory = 102;
    private const long DurationExceeded = 46;
    private const long ExecuteExceeded = 47;

    /// <summary>A word of <see cref="JobState"/>.</summary>
    public static string StateOf(HTCondorAd ad) => ad.Integer(HTCondorKey.JobStatus) switch
    {
        Completed when ad.Flag(HTCondorKey.ExitBySignal) == true || ad.Integer(HTCondorKey.ExitCode) is not (null or 0) => JobState.Failed,
        Completed => ad.Integer(HTCondorKey.ExitCode) == 0 ? JobState.Done : JobState.Unknown,
        _ => HoldReasonCode(ad) switch
        {
            OutOfResources when ad.Integer(HTCondorKey.HoldReasonSubCode) == Memory => JobState.OutOfMemory,
            DurationExceeded or ExecuteExceeded => JobState.Timeout,
            _ => JobState.Cancelled,
        },
    };

    /// <summary>Why it was held when it was removed; null where it was not.</summary>
    public static long? HoldReasonCode(HTCondorAd ad) => WasHeld(ad) ? ad.Integer(HTCondorKey.HoldReasonCode) : null;

    /// <summary>Whether it was held when it was removed.</summary>
    public static bool WasHeld(HTCondorAd ad) => ad.Integer(HTCondorKey.JobStatus) == Removed && ad.Integer(HTCondorKey.LastJobStatus) == Held;

    /// <summary>When its last run started; null where it never ran.</summary>
    public static long? StartOf(HTCondorAd ad) => ad.Time(HTCondorKey.JobCurrentStartDate) ?? ad.Time(HTCondorKey.JobStartDate);

    /// <summary>When its last run ended; where it never ran, when it was removed. Null where nothing tells.</summary>
    public static long? EndOf(HTCondorAd ad)
    {
        var left = ad.Time(HTCondorKey.EnteredCurrentStatus);
        if (ad.Integer(HTCondorKey.JobStatus) == Completed)
        {
            return ad.Time(HTCondorKey.CompletionDate) ?? left;
        }

        // It may have waited or been held for long, after its run, until it was removed.
        var wasRunning = ad.Integer(HTCondorKey.LastJobStatus) is Running or TransferringOutput or Suspended;
        var ran = ad.Seconds(HTCondorKey.LastRemoteWallClockTime) ?? ad.Seconds(HTCondorKey.RemoteWallClockTime);
        return !wasRunning && StartOf(ad) is { } start && ran is { } seconds && left - start > seconds ? start + (long)seconds : left;
    }
}
