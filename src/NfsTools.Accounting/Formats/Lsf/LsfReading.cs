using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>What came of reading bytes as one record.</summary>
/// <param name="Record">The record; null where there is none.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="IsWhole">Every field has the shape it must have, whatever its value: these bytes are one record, and no other begins in them.</param>
/// <param name="HasExtras">Something stands behind the fields that are known.</param>
/// <param name="MetEnd">The bytes ended inside it or right behind it: with more of them it could be read in another way.</param>
internal readonly record struct LsfReading(AccountingRecord? Record, string? Reason, bool IsWhole = false, bool HasExtras = false, bool MetEnd = false);
