using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>What is known of a job's input.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Before">The check before the job.</param>
public sealed record InputEvidence(string Path, FileCheck Before)
{
    /// <summary>Its stamp after the job; null where it was not taken.</summary>
    public FileStamp? After { get; init; }

    /// <summary>Whether it is the same after the job as before, or changed as it may; null where that was not looked at.</summary>
    public bool? Unchanged { get; init; }

    /// <summary>Why, in words.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Why opening and reading it on this host shows what the server has, in words; empty where nobody else can have it otherwise.</summary>
    public string ReadReason { get; init; } = "";

    /// <summary>SHA-256 of its content before the job, in hexadecimal; null where not asked for.</summary>
    public string? HashBefore { get; init; }

    /// <summary>SHA-256 of its content after the job, in hexadecimal; null where not asked for.</summary>
    public string? HashAfter { get; init; }
}
