namespace NfsTools.Accounting.Store;

/// <summary>What a verification found.</summary>
/// <param name="Generations">Generations looked at.</param>
/// <param name="Bytes">Bytes read from them.</param>
/// <param name="RecordBytes">Bytes of records.</param>
/// <param name="RejectBytes">Bytes of rejects.</param>
/// <param name="FillerBytes">Bytes of comments and blank lines.</param>
/// <param name="Jobs">Jobs in the store.</param>
/// <param name="Differences">What does not hold, a sentence each; empty when all does.</param>
public sealed record StoreVerification(
    long Generations, long Bytes, long RecordBytes, long RejectBytes, long FillerBytes, long Jobs, IReadOnlyList<string> Differences)
{
    /// <summary>What it is to accept a loss, for who is asked for it.</summary>
    public const string AcceptMissingHelp = "Accept first that what is missing of these generations, by the numbers that verification and status name, is lost: it is kept with its time, told as accepted, and no difference any more unless the file is found and lost again.";

    /// <summary>What it is to verify by counting alone, for who is asked for it.</summary>
    public const string QuickHelp = "Only count: each byte is accounted for once, and the roll-up equals the jobs. No kept byte is read again.";

    /// <summary>Losses that somebody has accepted, a sentence each: they do not count as differences.</summary>
    public IReadOnlyList<string> Accepted { get; init; } = [];

    /// <summary>Whether every byte is accounted for and the roll-up equals a recount.</summary>
    public bool Holds => Differences.Count == 0;
}
