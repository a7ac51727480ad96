namespace NfsTools.TestKit;

/// <summary>Changes the bytes of a sound JOB_FINISH record; the quirks of its contents were written with it.</summary>
internal sealed class LsfDamage(LsfRecordBuffer buffer, SeededRandom random)
{
    private const int MailLine = 990;

    /// <summary>userName to jobFile: all of them strings.</summary>
    private const int FirstString = 11;
    private const int LastString = 21;

    /// <summary>Returns false where the record has no place for the quirk.</summary>
    public bool ApplyQuirk(string quirk)
    {
        switch (quirk)
        {
            case LsfQuirk.MissingOpeningQuote:
                buffer.RemoveByte(0);
                return true;
            case LsfQuirk.StrayByte:
                InsertStrayByte();
                return true;
            case LsfQuirk.MissingBlank:
                return RemoveBlankAfterEmptyString();
            case LsfQuirk.MailFolded:
                return Fold();
            default:
                return true;
        }
    }

    public void ApplyDefect(string defect, LsfMarks marks)
    {
        switch (defect)
        {
            case LsfDefect.MergedCounts:
                buffer.RemoveByte(buffer.Tokens[marks.AskedHosts].End);
                break;
            case LsfDefect.MergedStrings:
                buffer.RemoveByte(buffer.Tokens[random.Between(FirstString, LastString - 1)].End);
                break;
            case LsfDefect.Truncated:
                CutBetweenFields(marks);
                break;
            case LsfDefect.TruncatedInString:
                CutInString(marks);
                break;
            case LsfDefect.UnknownType:
                buffer.Insert("\"JOB_"u8.Length, "UN"u8);
                break;
            case LsfDefect.LetterInNumber:
                InsertLetter(marks);
                break;
            default:
                throw new ArgumentException($"'{defect}' is not a known defect.", nameof(defect));
        }
    }

    private void InsertStrayByte()
    {
        LsfToken token = buffer.Tokens[random.Between(2, buffer.Tokens.Count - 1)];
        bool alone = !token.Quoted || random.Chance(0.5);
        buffer.Insert(token.Start, alone ? [0xA1, (byte)' '] : [0xA1]);
    }

    private bool RemoveBlankAfterEmptyString()
    {
        ReadOnlySpan<byte> bytes = buffer.Bytes;
        List<LsfToken> tokens = buffer.Tokens;
        int from = random.Below(tokens.Count);
        for (int i = 0; i < tokens.Count - 1; i++)
        {
            int place = (from + i) % (tokens.Count - 1);
            LsfToken token = tokens[place];
            LsfToken next = tokens[place + 1];
            if (token.Quoted && token.End - token.Start == 2 && !next.Quoted && char.IsAsciiDigit((char)bytes[next.Start]))
            {
                buffer.RemoveByte(token.End);
                return true;
            }
        }

        return false;
    }

    private bool Fold()
    {
        int lastPlace = (buffer.Bytes.Length - 1) / MailLine * MailLine;
        for (int place = lastPlace; place > 0; place -= MailLine)
        {
            buffer.Insert(place, "!\n "u8);
        }

        return lastPlace > 0;
    }

    /// <summary>Anywhere outside a string, from the event time to before the last rusage number.</summary>
    private void CutBetweenFields(LsfMarks marks)
    {
        LsfToken token = buffer.Tokens[random.Between(2, marks.LastRusage - 1)];
        int into = token.Quoted ? 0 : random.Below(token.End - token.Start + 1);
        buffer.CutLine(token.Start + into);
    }

    /// <summary>Inside a string that has a content; a record with a defect holds no doubled quotes, where a cut could close it.</summary>
    private void CutInString(LsfMarks marks)
    {
        List<LsfToken> tokens = buffer.Tokens;
        int place;
        do
        {
            place = random.Between(FirstString, marks.LastRusage - 1);
        }
        while (!tokens[place].Quoted || tokens[place].End - tokens[place].Start < 3);

        buffer.CutLine(random.Between(tokens[place].Start + 1, tokens[place].End - 1));
    }

    private void InsertLetter(LsfMarks marks)
    {
        LsfToken token;
        do
        {
            token = buffer.Tokens[random.Between(2, marks.LastRusage)];
        }
        while (token.Quoted);

        buffer.Insert(random.Between(token.Start + 1, token.End), "o"u8);
    }
}
