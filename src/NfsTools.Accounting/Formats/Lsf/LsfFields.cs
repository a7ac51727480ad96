using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>Reads the fields of a short record one after another; the first that does not fit is kept as the reason.</summary>
internal ref struct LsfFields(LsfRecord record, int start)
{
    private readonly LsfRecord record = record;
    private LsfCursor cursor = new(record.Bytes, start);

    /// <summary>Why this is no such record; null while all fits.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether the fields read have the shapes they must have, whatever their values.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <inheritdoc cref="LsfCursor.MetEnd"/>
    public readonly bool MetEnd => cursor.MetEnd;

    public long Integer(string name)
    {
        var taken = cursor.TryInteger(out _, out var value);
        Check(taken, name, "an integer");
        return value;
    }

    public int Integer32(string name) => (int)Checked(name, Integer(name), 'd');

    /// <summary>A time that is there.</summary>
    public long Time(string name) => Checked(name, Integer(name), 't');

    /// <summary>A time that may be none: 0 or -1.</summary>
    public long OptionalTime(string name) => Checked(name, Integer(name), 'T');

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
        var count = Integer(name);
        Check(count >= 0, name, "a count");
        for (var left = count; left > 0 && IsWhole; left--)
        {
            for (var i = 0; i < tokensEach; i++)
            {
                var taken = cursor.TryAny(out var token);
                Check(taken, name, "as many elements as its count says");
                texts.Add(record.Text(token));
            }
        }

        return texts;
    }

    /// <summary>What has come of it.</summary>
    /// <param name="record">The record; unused where a field did not fit.</param>
    /// <param name="extras">The <see cref="Rest"/>.</param>
    public readonly LsfReading Reading(Func<AccountingRecord> record, string extras) =>
        new(Reason is null ? record() : null, Reason, IsWhole, extras.Length > 0, MetEnd);

    /// <summary>What stands behind the fields read.</summary>
    public string Rest() => cursor.MoveToToken() ? LogText.Decode(record.Bytes[cursor.Position..]).TrimEnd() : "";

    private long Checked(string name, long value, char shape)
    {
        Reason ??= LsfGrammar.Misfit(shape, value) is { } misfit ? $"{name}: {misfit}" : null;
        return value;
    }

    private void Check(bool taken, string name, string wanted)
    {
        Reason ??= taken ? null : $"{name}: expected {wanted} at byte {cursor.Position}";
        IsWhole &= taken;
    }
}
