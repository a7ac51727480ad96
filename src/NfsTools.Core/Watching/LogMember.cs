using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>A file that one look at a log found: the live one or an archive.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Status">How it lies there.</param>
/// <param name="Fingerprint">What it begins with.</param>
/// <param name="HoldNuls">NUL bytes in its first line may be filled in still.</param>
/// <param name="Size">How many bytes it holds, unpacked; null for a compressed one that cannot be unpacked to its end.</param>
/// <param name="IsLive">It is the live file.</param>
/// <param name="IsPacked">It is compressed.</param>
/// <param name="Order">Its place among the files, oldest first.</param>
internal sealed record LogMember(string Path, FileStatus Status, string Fingerprint, bool HoldNuls, long? Size, bool IsLive, bool IsPacked, int Order)
{
    /// <summary>The generation it holds; null where that cannot be told yet.</summary>
    public LogGeneration? Generation { get; set; }

    /// <summary>The writer has gone on to a newer file.</summary>
    public bool IsRotated { get; init; }
}
