namespace NfsTools.TestKit;

/// <summary>Names of the damages that leave a record unreadable as a job.</summary>
public static class LsfDefect
{
    /// <summary><c>02</c> where <c>0 2</c> (numAskedHosts, numExHosts) was meant, on a multi-host record.</summary>
    public const string MergedCounts = "merged-counts";

    /// <summary>A missing blank makes one field of two quoted ones.</summary>
    public const string MergedStrings = "merged-strings";

    /// <summary>Cut off before the rusage is complete, outside a string; the newline is there.</summary>
    public const string Truncated = "truncated";

    /// <summary>
    /// The same, inside a string: only the next record's start tells that this one will not go on. At the end of a file
    /// a reader cannot know yet.
    /// </summary>
    public const string TruncatedInString = "truncated-in-string";

    public const string UnknownType = "unknown-type";

    public const string LetterInNumber = "letter-in-number";

    public static IReadOnlyList<string> All { get; } =
        [MergedCounts, MergedStrings, Truncated, TruncatedInString, UnknownType, LetterInNumber];
}
