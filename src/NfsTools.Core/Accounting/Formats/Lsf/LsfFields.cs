namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>Reads the fields of a short record one after another; the first that does not fit is kept as the reason.</summary>
internal ref struct LsfFields(LsfRecord record, int start)
{
    private readonly LsfRecord record = record;
    private LsfCursor cursor = new(record.Bytes, start);

    /// <summary>Why this is no such record; null while all fits.</summary>
    public string? Reason { get; private set; }

    public long Integer(string name)
    {
        var taken = cursor.TryInteger(out _, out var value);
        Check(taken, name, "an integer");
        return value;
    }

    public string Text(string name)
    {
        var taken = cursor.TryText(out var token);
        Check(taken, name, "a text in double quotes");
        return record.Text(token);
    }

    /// <summary>A counted list with so many tokens an element.</summary>
    public IReadOnlyList<string> List(string name, int tokensEach)
    {
        var texts = new List<string>();
        for (var left = Integer(name) * tokensEach; left > 0 && Reason is null; left--)
        {
            var taken = cursor.TryAny(out var token);
            Check(taken, name, "as many elements as its count says");
            texts.Add(record.Text(token));
        }

        return texts;
    }

    /// <summary>What stands behind the fields read.</summary>
    public string Rest() => cursor.MoveToToken() ? LogText.Decode(record.Bytes[cursor.Position..]).TrimEnd() : "";

    private void Check(bool taken, string name, string wanted) =>
        Reason ??= taken ? null : $"{name}: expected {wanted} at byte {cursor.Position}";
}
