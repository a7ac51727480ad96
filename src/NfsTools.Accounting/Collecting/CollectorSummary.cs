namespace NfsTools.Accounting.Collecting;

/// <summary>What a collector did.</summary>
/// <param name="Bytes">Bytes read and committed.</param>
/// <param name="Records">Records new to the store.</param>
/// <param name="Duplicates">Records the store had already.</param>
/// <param name="Rejects">Stretches that could not be read, kept with their reasons.</param>
/// <param name="Elapsed">How long it worked.</param>
public sealed record CollectorSummary(long Bytes, long Records, long Duplicates, long Rejects, TimeSpan Elapsed);
