namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>Reads JOB_FINISH by its grammar into token positions; no text is copied.</summary>
internal ref struct LsfJobFinishParser(ReadOnlySpan<byte> record, int bodyStart)
{
    private readonly ReadOnlySpan<byte> record = record;
    private LsfCursor cursor = new(record, bodyStart);

    /// <summary>Where fields unknown to the grammar begin; the record's length where there are none.</summary>
    public int ExtrasStart { get; private set; } = record.Length;

    /// <summary>Fills the tokens, indexed by <see cref="LsfField"/>.</summary>
    /// <returns>Null, or the reason why this is no JOB_FINISH.</returns>
    public string? Parse(Span<LsfToken> tokens)
    {
        tokens.Fill(LsfToken.Absent);
        foreach (var (field, shape) in LsfGrammar.JobFinish)
        {
            if (!cursor.MoveToToken())
            {
                return field > LsfGrammar.LastMandatory
                    ? null
                    : $"the record ends before field {Describe(field)}; the shortest JOB_FINISH known goes on to {LsfGrammar.LastMandatory}";
            }

            if (!TryField(shape, out tokens[(int)field]))
            {
                return Expected(field, shape);
            }
        }

        if (cursor.MoveToToken())
        {
            ExtrasStart = cursor.Position;
        }

        return null;
    }

    private bool TryField(string shape, out LsfToken token)
    {
        switch (shape)
        {
            case "q":
                return cursor.TryText(out token);
            case "?":
                token = LsfToken.Absent;
                return !cursor.AtQuote || cursor.TryText(out token);
            case "d":
                return cursor.TryInteger(out token, out _);
            case "f":
                return cursor.TryNumber(out token);
            case "[host]":
                return TryHostRusage(out token);
            default:
                return TryList(shape.AsSpan(1, shape.Length - 2), out token);
        }
    }

    private bool TryList(ReadOnlySpan<char> element, out LsfToken list)
    {
        list = LsfToken.Absent;
        if (!cursor.TryInteger(out var start, out var count) || count < 0 || count > record.Length)
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
                if (!next.MoveToToken() ||
                    (next.TryInteger(out _, out _) && next.TryInteger(out _, out _) && next.TryInteger(out _, out _) && next.MoveToToken() && next.AtQuote))
                {
                    return true;
                }
            }
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
            "d" => "an integer",
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
