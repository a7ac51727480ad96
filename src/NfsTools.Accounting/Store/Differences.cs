namespace NfsTools.Accounting.Store;

/// <summary>What does not hold in a store: one sentence for all of a kind, with the place of the first.</summary>
internal sealed class Differences
{
    private readonly OrderedDictionary<string, (long Count, string First)> kinds = [];

    /// <summary>A sentence each.</summary>
    public IEnumerable<string> Sentences => kinds.Select(k => $"{k.Value.First}: {k.Key}{(k.Value.Count > 1 ? $"; the same in {k.Value.Count - 1} other places" : "")}.");

    /// <summary>Adds one.</summary>
    /// <param name="what">What does not hold, without a full stop.</param>
    /// <param name="place">Where.</param>
    public void Add(string what, string place) => kinds[what] = kinds.TryGetValue(what, out var known) ? (known.Count + 1, known.First) : (1, place);
}
