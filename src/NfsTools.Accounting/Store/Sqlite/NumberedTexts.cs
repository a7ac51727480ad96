namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>
/// Texts by their numbers. Each is read once and is one string then; it forgets all when it is full, so that no store can fill the memory.
/// </summary>
/// <param name="query">Finds a text; its one parameter is the number. It is disposed of.</param>
internal sealed class NumberedTexts(Statement query) : IDisposable
{
    private const int MostTexts = 50_000;
    private const int MostCharacters = 8 << 20;
    private readonly Dictionary<long, string?> known = [];
    private int characters;

    /// <summary>A text; null where no text has the number.</summary>
    public string? this[long number]
    {
        get
        {
            if (!known.TryGetValue(number, out var text))
            {
                text = query.Bind(number).Next() ? query.Text(0) : null;
                query.Reset();
                if (known.Count >= MostTexts || characters > MostCharacters)
                {
                    known.Clear();
                    characters = 0;
                }

                known[number] = text;
                characters += text?.Length ?? 0;
            }

            return text;
        }
    }

    public void Dispose() => query.Dispose();
}
