namespace NfsTools.Accounting.Model;

/// <summary>What a stretch of a log is.</summary>
internal enum UnitKind
{
    /// <summary>More bytes are needed to tell.</summary>
    Incomplete,

    /// <summary>A record, or what must be one.</summary>
    Record,

    /// <summary>A comment or a blank line: nothing to read.</summary>
    Filler,

    /// <summary>Bytes that cannot be read, with the reason.</summary>
    Reject,
}

/// <summary>One unit of a log: offset relative to the data it was read from.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Record">The record; null for what is none, and for a job whose columns alone were taken.</param>
/// <param name="Reason">Why it is no record.</param>
internal readonly record struct RecordUnit(UnitKind Kind, int Offset, int Length, AccountingRecord? Record = null, string? Reason = null);
