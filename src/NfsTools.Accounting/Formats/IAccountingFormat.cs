using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats;

/// <summary>A batch system's accounting log: where its records end and what they say.</summary>
internal interface IAccountingFormat
{
    /// <summary>The name that <c>--format</c> takes.</summary>
    string Name { get; }

    /// <summary>The names of other formats by which it is meant, too, where a log's content is of it.</summary>
    IReadOnlyList<string> AlsoMeantBy => [];

    /// <summary>Raised whenever the reader learns to read more: then what it rejected before is tried again.</summary>
    int Version { get; }

    /// <summary>The types of its records, so that every field of them can be written as JSON.</summary>
    IJsonTypeInfoResolver Json { get; }

    /// <summary>The layout of its logs where nothing else is said.</summary>
    ILogLayout Layout { get; }

    /// <summary>What tells its logs from each other.</summary>
    ILogIdentity Identity { get; }

    /// <summary>Which of its records' times need a time zone, which each source names.</summary>
    LocalTimes LocalTimes => LocalTimes.None;

    /// <summary>Whether some of its records tell of parts of jobs (<see cref="AccountingRecord.Part"/>).</summary>
    bool HasParts => false;

    /// <summary>The cluster that a log's path tells of, where its scheduler keeps logs so; null where it tells nothing.</summary>
    /// <param name="path">The log, absolute.</param>
    string? ClusterOf(string path);

    /// <summary>Whether any line begins like a record, be it damaged; an unfinished last line too where it may become one.</summary>
    bool Knows(ReadOnlySpan<byte> data);

    /// <summary>What a command's answer itself says went wrong, so that it does not tell of all jobs; null for nothing.</summary>
    string? ErrorIn(ReadOnlySpan<byte> answer) => null;

    /// <summary>Says how far the unit at the start of the data reaches. The data holds no NUL byte.</summary>
    /// <param name="data">What is there; not empty.</param>
    /// <param name="final">Nothing will follow: what is there is all there is.</param>
    Frame Frame(ReadOnlySpan<byte> data, bool final);

    /// <summary>
    /// How much of a log's beginning says how its records are read, in bytes at most: a header that names columns, and what stands
    /// before it; 0 where each record says everything itself.
    /// </summary>
    int HeadBytes { get; }

    /// <summary>
    /// Makes what it takes to read the records of one generation. It is made anew whenever some of them are read, in the middle of the
    /// log too, of rejects, and of bytes that a store kept: so it must follow from what stands before the first record, and from nothing
    /// behind it. Whatever it throws makes the records rejects.
    /// </summary>
    /// <param name="head">The log's beginning: what stands before its first record, and maybe more; no more than <see cref="HeadBytes"/>. Empty where it is not to be had.</param>
    /// <param name="settings">What is said of the log.</param>
    LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings);

    /// <summary>Reads a framed record. The record returned keeps the memory. Whatever it throws makes the frame a reject.</summary>
    /// <param name="frame">The record's bytes.</param>
    /// <param name="context">What <see cref="Begin"/> made of its log.</param>
    ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context);
}

/// <summary>The extent of one unit.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">How long it is, in bytes.</param>
/// <param name="IsCut">It has no end of its own: another record begins behind it.</param>
internal readonly record struct Frame(UnitKind Kind, int Length, bool IsCut = false);

/// <summary>
/// A record, or the reason why there is none. <paramref name="Length"/> above 0 says that it is about so many bytes alone, and
/// that another record begins right behind them.
/// </summary>
internal readonly record struct ParseResult(AccountingRecord? Record, string? Reason, int Length = 0);
