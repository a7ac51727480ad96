namespace NfsTools.Stamps;

/// <summary>A look at a file.</summary>
/// <param name="Stamp">What was seen; null where the file system did not answer the question.</param>
/// <param name="Problem">Why it did not; empty otherwise.</param>
internal sealed record StampLook(FileStamp? Stamp, string Problem);
