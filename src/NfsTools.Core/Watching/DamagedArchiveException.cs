namespace NfsTools.Watching;

/// <summary>A compressed archive cannot be unpacked to its end: it is being written still, or is damaged.</summary>
internal sealed class DamagedArchiveException(string path, Exception? cause)
    : IOException($"{path}: it is compressed and cannot be unpacked to its end: still being written, or damaged", cause);
