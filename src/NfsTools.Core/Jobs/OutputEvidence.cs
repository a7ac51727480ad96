using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>What is known of a job's output.</summary>
/// <param name="Path">The file, absolute.</param>
public sealed record OutputEvidence(string Path)
{
    /// <summary>Its stamp before the job; null where it was not taken.</summary>
    public FileStamp? Before { get; init; }

    /// <summary>Its stamp after the job; null where it was not taken.</summary>
    public FileStamp? After { get; init; }

    /// <summary>When the job started, by the clock of the file's server; null where that was not asked or could not be.</summary>
    public DateTimeOffset? ServerStart { get; init; }

    /// <summary>When the job ended, by that clock: the start and the time that passed on this host.</summary>
    public DateTimeOffset? ServerEnd { get; init; }

    /// <summary>Whether the job has written it; null where that was not looked at.</summary>
    public bool? Written { get; init; }

    /// <summary>Why, in words.</summary>
    public string Reason { get; init; } = "";

    /// <summary>SHA-256 of its content before the job, in hexadecimal; null where not asked for, or nothing was there.</summary>
    public string? HashBefore { get; init; }

    /// <summary>SHA-256 of its content after the job, in hexadecimal; null where not asked for, or nothing is there.</summary>
    public string? HashAfter { get; init; }
}
