using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Sources;

/// <summary>A record, or a stretch that could not be read.</summary>
/// <param name="Record">The record; null for a reject.</param>
/// <param name="Reason">Why it could not be read; null for a record.</param>
/// <param name="Offset">Its first byte, from 0.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record AccountingItem(AccountingRecord? Record, string? Reason, long Offset, int Length);
