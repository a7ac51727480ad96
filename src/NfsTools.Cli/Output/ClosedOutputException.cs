namespace NfsTools.Cli.Output;

/// <summary>Nobody reads standard output any more. Not an IOException: it must not pass for trouble with a log.</summary>
internal sealed class ClosedOutputException() : Exception("Standard output was closed.");
