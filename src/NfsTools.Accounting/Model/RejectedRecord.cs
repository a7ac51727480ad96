namespace NfsTools.Accounting.Model;

/// <summary>A stretch of a log that could not be read. Its bytes are kept.</summary>
/// <param name="GenerationId">The generation it stands in.</param>
/// <param name="Path">The name the generation was last found under.</param>
/// <param name="Offset">Its first byte, from 0.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Reason">Why it could not be read.</param>
/// <param name="Bytes">The bytes themselves.</param>
public sealed record RejectedRecord(long GenerationId, string Path, long Offset, long Length, string Reason, ReadOnlyMemory<byte> Bytes);
