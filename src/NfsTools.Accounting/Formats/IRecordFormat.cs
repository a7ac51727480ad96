using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats;

/// <summary>A batch system's accounting log: where its records end and what they say.</summary>
internal interface IRecordFormat
{
    /// <summary>The name that <c>--format</c> takes.</summary>
    string Name { get; }

    /// <summary>Raised whenever the reader learns to read more: then what it rejected before is tried again.</summary>
    int Version { get; }

    /// <summary>Whether any line begins like a record, be it damaged; an unfinished last line too where it may become one.</summary>
    bool Knows(ReadOnlySpan<byte> data);

    /// <summary>Says how far the unit at the start of the data reaches. The data holds no NUL byte.</summary>
    /// <param name="data">What is there; not empty.</param>
    /// <param name="final">Nothing will follow: what is there is all there is.</param>
    Frame Frame(ReadOnlySpan<byte> data, bool final);

    /// <summary>Reads a framed record. The record returned keeps the memory. Whatever it throws makes the frame a reject.</summary>
    ParseResult Parse(ReadOnlyMemory<byte> frame);
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
