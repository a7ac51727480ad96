namespace NfsTools.Watching;

/// <summary>What is known of a generation's file beside what was read of it.</summary>
/// <param name="Size">The most bytes of it that were seen, read or not.</param>
/// <param name="Ended">Its writer had gone on to a newer file, and it was read to its end: nobody misses it when it is removed.</param>
/// <param name="Missing">It is found nowhere though it had not ended.</param>
internal readonly record struct LogSight(long Size, bool Ended, bool Missing);
