namespace NfsTools.Watching;

/// <summary>A path is on another file system than it was.</summary>
/// <param name="message">What has changed.</param>
internal sealed class MountChangedException(string message) : IOException(message);
