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
internal readonly record struct RecordUnit(UnitKind Kind, int Offset, int Length, AccountingRecord? Record = null, string? Reason = null);
