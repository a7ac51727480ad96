using NfsTools.Watching;

namespace NfsTools.Accounting.Model;

/// <summary>A stretch of a followed log that came through a pipeline, divided into units: as a rule a record and what lies before it.</summary>
/// <param name="Format">The name of the log's format.</param>
/// <param name="LivePath">The log.</param>
/// <param name="Path">The name the stretch was found under.</param>
/// <param name="Generation">The generation it belongs to.</param>
/// <param name="Start">Its first byte in the generation.</param>
/// <param name="Data">Its bytes.</param>
/// <param name="Units">Its units, without gap or overlap.</param>
internal sealed record LogStretch(
    string Format, string LivePath, string Path, LogGeneration Generation, long Start, ReadOnlyMemory<byte> Data, IReadOnlyList<RecordUnit> Units)
{
    /// <summary>The byte behind it.</summary>
    public long End => Start + Data.Length;

    /// <summary>Whether another stretch goes on where this one ends.</summary>
    public bool IsFollowedBy(LogStretch next) => next.Start == End && next.Generation == Generation && next.Format == Format;

    /// <summary>Stretches that follow each other as one.</summary>
    public static LogStretch Join(IReadOnlyList<LogStretch> stretches)
    {
        var (first, last) = (stretches[0], stretches[^1]);
        var data = new byte[last.End - first.Start];
        stretches.ToList().ForEach(s => s.Data.CopyTo(data.AsMemory((int)(s.Start - first.Start))));
        return last with { Start = first.Start, Data = data, Units = [.. stretches.SelectMany(s => s.Units, (s, u) => u with { Offset = u.Offset + (int)(s.Start - first.Start) })] };
    }
}
