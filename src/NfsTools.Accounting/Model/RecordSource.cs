using System.Globalization;

namespace NfsTools.Accounting.Model;

/// <summary>Where a record was read.</summary>
/// <param name="Path">The file, as it was named then; after a rotation the content is found under another name.</param>
/// <param name="Offset">The record's first byte in the file, from 0.</param>
/// <param name="Length">The record's length in bytes, its newline included.</param>
public readonly record struct RecordSource(string Path, long Offset, int Length)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Path}: byte {Offset}");
}
