using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>How the check of a file ended, with the evidence.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Expected">What was expected of it.</param>
/// <param name="Found">The last stamp, which says how it was taken; null where the file system never answered.</param>
/// <param name="Attempts">How often it was looked at.</param>
/// <param name="Waited">How long it took until the verdict, from the start of the check.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">The reason, in words.</param>
public sealed record FileCheck(string Path, FileExpectation Expected, FileStamp? Found, int Attempts, TimeSpan Waited, StampVerdict Verdict, string Reason)
{
    /// <summary>Whether the file is as expected.</summary>
    public bool Holds => Verdict == StampVerdict.Holds;
}
