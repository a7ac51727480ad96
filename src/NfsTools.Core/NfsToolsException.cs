namespace NfsTools;

/// <summary>
/// A condition that a user can act on: the message names the file, the position where there is one, and the remedy.
/// Front ends print the message alone, never a stack trace. It quotes names and texts that others chose: it is a line that
/// a terminal does not obey, wherever it goes.
/// </summary>
public class NfsToolsException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What is wrong, and with which file at which position.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="inner">The cause, where another exception told of it.</param>
    public NfsToolsException(string message, string remedy, Exception? inner = null)
        : base(SafeText.Clean(message), inner) => Remedy = SafeText.Clean(remedy);

    /// <summary>What the reader can do about it, a sentence.</summary>
    public string Remedy { get; }
}
