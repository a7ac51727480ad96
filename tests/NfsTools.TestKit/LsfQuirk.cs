namespace NfsTools.TestKit;

/// <summary>Names of the legal-but-odd forms that a reader must still read as a job.</summary>
public static class LsfQuirk
{
    public const string NewlineInCommand = "newline-in-command";

    public const string DoubledQuotes = "doubled-quotes";

    public const string MissingOpeningQuote = "missing-opening-quote";

    /// <summary>0xA1 between two fields: a token of its own, or stuck to the next opening quote.</summary>
    public const string StrayByte = "stray-byte";

    /// <summary>Bytes in the command that are latin-1 and not UTF-8.</summary>
    public const string Latin1Command = "latin-1-command";

    /// <summary>An empty string and a number with no blank between them: <c>""0</c>.</summary>
    public const string MissingBlank = "missing-blank";

    /// <summary><c>!\n </c> after every 990 bytes, as in a copy that went by mail.</summary>
    public const string MailFolded = "mail-folded";

    /// <summary>startTime 0 although runTime is positive; only in versions that have runTime.</summary>
    public const string StartZeroWithRunTime = "start-zero-with-run-time";

    public static IReadOnlyList<string> All { get; } =
    [
        NewlineInCommand, DoubledQuotes, MissingOpeningQuote, StrayByte,
        Latin1Command, MissingBlank, MailFolded, StartZeroWithRunTime,
    ];
}
