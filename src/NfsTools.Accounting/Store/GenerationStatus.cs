using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>What was read of one generation of a log.</summary>
/// <param name="Id">The store's number for it.</param>
/// <param name="Cluster">The cluster it belongs to.</param>
/// <param name="Format">The log's format.</param>
/// <param name="LivePath">The log it is a generation of.</param>
/// <param name="Path">The name it was last found under.</param>
/// <param name="Fingerprint">Its identity.</param>
/// <param name="Position">How far it has been read, in bytes.</param>
/// <param name="CommittedAt">When that was, by the database's clock.</param>
/// <param name="CommittedAge">How long ago that was when this was read.</param>
/// <param name="Records">Records read from it, second copies included.</param>
/// <param name="Rejects">Stretches of it that could not be read.</param>
/// <param name="SeenSize">The most bytes of it that were seen.</param>
/// <param name="MissingSince">Since when it is found nowhere though it was not read to its end; null where it is not missed.</param>
/// <param name="AcceptedAt">Since when somebody has accepted that loss; null where nobody has.</param>
public sealed record GenerationStatus(
    long Id, string Cluster, string Format, string LivePath, string Path, string Fingerprint, long Position, DateTimeOffset CommittedAt, TimeSpan CommittedAge, long Records, long Rejects,
    long SeenSize, DateTimeOffset? MissingSince, DateTimeOffset? AcceptedAt)
{
    /// <summary>Whether it is no file's, but made of records that came through pipelines and stood in no log that is followed.</summary>
    public bool IsPipeline => PipelineLog.Is(Fingerprint);

    /// <summary>Whether it is no file's, but made of a command's answers.</summary>
    public bool IsCommand => CommandLog.Is(Fingerprint);

    /// <summary>What is said of a generation that is missing.</summary>
    internal static string Missing(long position, long seen, DateTimeOffset? acceptedAt = null) => (acceptedAt is { } at ? $"accepted at {at:u}: " : "") +
        $"last seen at byte {position} of at least {Math.Max(position, seen)}, not found since; what was written behind that is lost unless the file comes back";
}
