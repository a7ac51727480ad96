namespace NfsTools.Cli.Options;

/// <summary>Which of the known words a misspelt one is near to.</summary>
internal static class Spelling
{
    private const int MostEdits = 2;

    /// <summary>The known word that is meant; null where none is near.</summary>
    /// <param name="known">The words there are.</param>
    /// <param name="word">The word as it was written.</param>
    public static string? Nearest(IEnumerable<string> known, string word)
    {
        var (name, edits) = known.Select(n => (n, Edits(n.TrimStart('-'), word.TrimStart('-')))).MinBy(n => n.Item2);
        return edits <= MostEdits || name?.StartsWith(word, StringComparison.Ordinal) == true ? name : null;
    }

    // How many letters must be added, removed or changed (Levenshtein's distance).
    private static int Edits(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
