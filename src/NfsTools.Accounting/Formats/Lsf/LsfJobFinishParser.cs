using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>Reads JOB_FINISH by its grammar into token positions; no text is copied.</summary>
internal ref struct LsfJobFinishParser(ReadOnlySpan<byte> record, int bodyStart)
{
    private readonly ReadOnlySpan<byte> record = record;
    private LsfCursor cursor = new(record, bodyStart);
    private string? misfit;

    /// <summary>Where fields unknown to the grammar begin; the record's length where there are none.</summary>
    public int ExtrasStart { get; private set; } = record.Length;

    /// <summary>Whether the fields have the shapes of the grammar, whatever their values.</summary>
    public bool IsWhole { get; private set; }

    /// <inheritdoc cref="LsfCursor.MetEnd"/>
    public bool MetEnd { get; private set; }

    /// <summary>Fills the tokens, indexed by <see cref="LsfField"/>.</summary>
    /// <returns>Null, or the reason why this is no JOB_FINISH.</returns>
    public string? Parse(Span<LsfToken> tokens)
    {
        tokens.Fill(LsfToken.Absent);
        var reason = Walk(tokens);
        MetEnd |= cursor.MetEnd;
        IsWhole = reason is null;
        return reason ?? misfit;
    }

    private string? Walk(Span<LsfToken> tokens)
    {
        foreach (ref readonly var known in LsfGrammar.JobFinish.AsSpan())
        {
            var field = known.Field;
            if (!cursor.MoveToToken())
            {
                return field > LsfGrammar.LastMandatory
                    ? null
                    : $"the record ends before field {Describe(field)}; the shortest JOB_FINISH known goes on to {LsfGrammar.LastMandatory}";
            }

            if (!TryField(known, out tokens[(int)field]))
            {
                return Expected(field, known.Shape);
            }
        }

        if (cursor.MoveToToken())
        {
            ExtrasStart = cursor.Position;
        }

        return null;
    }

    private bool TryField(in LsfFieldShape known, out LsfToken token)
    {
        switch (known.Kind)
        {
            case 'q':
                return cursor.TryText(out token);
            case '?':
                token = LsfToken.Absent;
                return !cursor.AtQuote || cursor.TryText(out token);
            case 'f':
                return cursor.TryNumber(out token);
            case 'H':
                return TryHostRusage(out token);
            case '[':
                return TryList(known.Shape.AsSpan(1, known.Shape.Length - 2), out token);
            default:
                return TryInteger(known.Field, known.Kind, out token);
        }
    }

    private bool TryInteger(LsfField field, char shape, out LsfToken token)
    {
        var taken = cursor.TryInteger(out token, out var value);
        misfit ??= taken && LsfGrammar.Misfit(shape, value) is { } wrong ? $"field {Describe(field)}: {wrong}" : null;
        return taken;
    }

    private bool TryList(ReadOnlySpan<char> element, out LsfToken list)
    {
        list = LsfToken.Absent;
        if (!cursor.TryInteger(out var start, out var count) || count < 0)
        {
            return false;
        }

        for (var i = 0L; i < count; i++)
        {
            if (!TryElement(element))
            {
                return false;
            }
        }

        list = new LsfToken(start.Start, cursor.Position - start.Start);
        return true;
    }

    private bool TryElement(ReadOnlySpan<char> element)
    {
        foreach (var shape in element)
        {
            var taken = shape switch
            {
                'q' => cursor.TryText(out _),
                'd' => cursor.TryInteger(out _, out _),
                '*' => TryList("aa", out _),
                _ => cursor.TryAny(out _),
            };
            if (!taken)
            {
                return false;
            }
        }

        return true;
    }

    // Versions differ in the numbers per host, and none says how many it has. What follows the list tells: three integers
    // and a quoted text, or the record's end.
    private bool TryHostRusage(out LsfToken list)
    {
        var start = cursor;
        foreach (var element in LsfGrammar.HostRusageShapes)
        {
            cursor = start;
            if (TryList(element, out list))
            {
                var next = cursor;
                var fits = !next.MoveToToken() ||
                    (next.TryInteger(out _, out _) && next.TryInteger(out _, out _) && next.TryInteger(out _, out _) && next.MoveToToken() && next.AtQuote);
                MetEnd |= next.MetEnd;
                if (fits)
                {
                    return true;
                }
            }

            MetEnd |= cursor.MetEnd;
        }

        cursor = start;
        list = LsfToken.Absent;
        return false;
    }

    private string Expected(LsfField field, string shape)
    {
        var wanted = shape switch
        {
            "q" or "?" => "a text in double quotes",
            "l" or "d" or "t" or "T" => "an integer",
            "f" => "a number",
            _ => "a count and as many elements",
        };
        if (!cursor.MoveToToken())
        {
            return $"field {Describe(field)}: expected {wanted}, the record ends";
        }

        var rest = record[cursor.Position..];
        var hint = rest.Length > 1 && rest[0] == (byte)'0' && char.IsAsciiDigit((char)rest[1]) ? "; LSF writes no leading zero: a blank seems to be missing behind it" : "";
        return $"field {Describe(field)}: expected {wanted}, found {Excerpt(rest)} at byte {cursor.Position}{hint}";
    }

    // Field numbers as in lsb.acct(5): the type is 1, the version 2, the event time 3.
    private static string Describe(LsfField field) => $"{(int)field + 3} ({field})";

    private static string Excerpt(ReadOnlySpan<byte> rest)
    {
        var text = LogText.Decode(rest[..Math.Min(24, rest.Length)]);
        return $"«{string.Concat(text.Select(c => char.IsControl(c) ? '.' : c))}{(rest.Length > 24 ? "…" : "")}»";
    }
}
