namespace NfsTools.TestKit;

/// <summary>Places in a JOB_FINISH record, as indexes of its tokens.</summary>
/// <param name="AskedHosts">The count of asked hosts.</param>
/// <param name="ExecHosts">The count of execution hosts.</param>
/// <param name="LastRusage">The nineteenth number of the rusage, the last field before number 48.</param>
internal readonly record struct LsfMarks(int AskedHosts, int ExecHosts, int LastRusage);
