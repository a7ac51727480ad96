namespace NfsTools.Watching;

/// <summary>
/// One file's worth of a log, whatever it is called by now: identified by its content, so that renames, copies, remounts and
/// used-again inodes change nothing. Tells how far it has been read.
/// </summary>
public sealed class LogGeneration
{
    /// <summary>What it begins with: SHA-256 of its first complete record, in hexadecimal. Those that begin alike are told apart by all that was read of them.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Counts the generations that begin with the same record, from 0.</summary>
    public int Variant { get; init; }

    /// <summary>The store's number for it; 0 until it is stored.</summary>
    public long Id { get; internal set; }

    /// <summary>How far it has been read and committed, in bytes.</summary>
    public long Position { get; internal set; }

    /// <summary>SHA-256 of the bytes just before <see cref="Position"/>, which proves that a file found again is the same one.</summary>
    internal string TailHash { get; set; } = "";

    /// <summary>How many bytes <see cref="TailHash"/> covers.</summary>
    internal int TailLength { get; set; }

    /// <summary>The log it was stored as a generation of; null until it is stored.</summary>
    internal string? LivePath { get; set; }

    /// <summary>Whether somebody has accepted that what is missing of it is lost.</summary>
    internal bool Accepted { get; set; }

    /// <summary>The time zone that local times in it are read by; null where none was named.</summary>
    internal string? TimeZone { get; set; }

    /// <summary>What is known of its file.</summary>
    internal LogSight Sight { get; set; }

    /// <summary>Goes on behind bytes that were read.</summary>
    /// <param name="position">Where they end.</param>
    /// <param name="tail">Their <see cref="LogSegment.Tail"/>.</param>
    internal void MoveTo(long position, (string Hash, int Length) tail) => (Position, (TailHash, TailLength)) = (position, tail);
}
