namespace NfsTools.Accounting.Model;

/// <summary>Which values of a column are meant.</summary>
/// <param name="Column">A column of texts or whole numbers.</param>
/// <param name="Patterns">
/// Alternatives. In texts * stands for any characters and ? for one; with a ! before it a pattern names what is not meant. An empty one
/// means jobs without a value.
/// </param>
public sealed record ColumnFilter(JobColumn Column, IReadOnlyList<string> Patterns)
{
    /// <summary>What may be.</summary>
    internal IEnumerable<string> Wanted => Patterns.Where(p => !p.StartsWith('!'));

    /// <summary>What may not be.</summary>
    internal IEnumerable<string> Unwanted => Patterns.Where(p => p.StartsWith('!')).Select(p => p[1..]);

    /// <summary>Whether a pattern may be the scheduler's own word for a state, such as EXIT.</summary>
    internal bool NamesSchedulerState => Wanted.Concat(Unwanted).Any(p => p.Length > 0 && !JobState.All.Contains(p, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether a pattern has wildcards.</summary>
    internal static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '?');
}
