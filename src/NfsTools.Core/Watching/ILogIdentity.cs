namespace NfsTools.Watching;

/// <summary>
/// Which of a log's leading bytes make it unlike others, whatever it is called. Logs in which these are the same are told apart by
/// comparing all that is known of them (<see cref="LogMatch"/>): that is right too, and takes longer.
/// </summary>
internal interface ILogIdentity
{
    /// <summary>No more of a log is looked at, in bytes: where these do not tell, all of them do.</summary>
    int MostBytes { get; }

    /// <summary>The bytes that tell; empty where there are too few yet.</summary>
    /// <param name="begin">The log's beginning.</param>
    /// <param name="holdNuls">NUL bytes in them may be filled in, so they are not complete yet.</param>
    ReadOnlySpan<byte> Find(ReadOnlySpan<byte> begin, bool holdNuls);
}
