using NfsTools.Accounting.Sources;

namespace NfsTools.Accounting.Collecting;

/// <summary>What a collector tells while it works.</summary>
public enum CollectorEventKind
{
    /// <summary>A log was looked at: so many bytes in all its files are not in the store.</summary>
    Looked,

    /// <summary>A pass found so many bytes to read.</summary>
    Found,

    /// <summary>A batch was committed.</summary>
    Committed,

    /// <summary>A stretch could not be read and was kept as a reject.</summary>
    Rejected,

    /// <summary>Reading goes on later: a log is missing or unreachable, or holds NUL bytes, or the store cannot be used; or it can be used again.</summary>
    Waiting,

    /// <summary>A generation that was not read to its end is found nowhere, or is found again.</summary>
    Missing,

    /// <summary>A file beside a log looks like an archive of it, and is not read.</summary>
    Unread,

    /// <summary>This collector is the active one of those that share the store.</summary>
    Active,

    /// <summary>Another collector of those that share the store is active.</summary>
    Standby,
}

/// <summary>One thing a collector tells.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">The file it is about.</param>
/// <param name="Message">The event in words; empty for progress.</param>
/// <param name="Bytes">Bytes found or committed.</param>
/// <param name="Records">Records committed that were new to the store.</param>
/// <param name="Duplicates">Records committed that the store had already.</param>
/// <param name="Rejects">Stretches committed as rejects.</param>
public sealed record CollectorEvent(CollectorEventKind Kind, string Path, string Message = "", long Bytes = 0, long Records = 0, long Duplicates = 0, long Rejects = 0)
{
    /// <summary>The log it is about, whichever of its files; null for the store.</summary>
    public CollectorSource? Source { get; init; }

    /// <summary>How many generations of the log are missing; null where that is not told.</summary>
    public int? Missing { get; init; }
}
