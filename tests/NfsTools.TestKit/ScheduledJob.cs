namespace NfsTools.TestKit;

/// <summary>One run of a job or array element; times in seconds since 1970, a start of 0 for a job killed while pending.</summary>
internal readonly record struct ScheduledJob(
    long JobId, int Index, int ArraySize, int User, int Queue, int Project, long Submit, long Start, long End, bool Requeued);
