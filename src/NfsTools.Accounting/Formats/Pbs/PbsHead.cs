using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>How a record begins: <c>MM/DD/YYYY HH:MM:SS;T;id;</c>, before it maybe a day's file's name as grep(1) puts it there.</summary>
/// <param name="Clock">The stamp, as <see cref="LocalTime.Clock"/> has it.</param>
/// <param name="StampAt">Where the stamp begins.</param>
/// <param name="Type">The record's type, a letter.</param>
/// <param name="IdLength">How long the id is, which begins behind the type.</param>
internal readonly record struct PbsHead(long Clock, int StampAt, byte Type, int IdLength)
{
    /// <summary>How long a stamp is, in bytes.</summary>
    public const int StampLength = 19;

    private const string Pattern = "00/00/0000 00:00:00;A;";
    private const string FileName = "00000000:";

    /// <summary>Where the id begins.</summary>
    public int IdAt => StampAt + Pattern.Length;

    /// <summary>Where the keys begin.</summary>
    public int BodyAt => IdAt + IdLength + 1;

    /// <summary>Where the stamp begins in a line, blanks and a file's name before it passed over.</summary>
    public static int Start(ReadOnlySpan<byte> line)
    {
        var start = Math.Max(0, line.IndexOfAnyExcept(" \t\r\n"u8));
        return Fits(line[start..], FileName) == FileName.Length ? start + FileName.Length : start;
    }

    /// <summary>Whether bytes begin like a record, its id left out, or may come to do so where they are not whole.</summary>
    public static bool IsLike(ReadOnlySpan<byte> bytes, bool isWhole) => Fits(bytes, Pattern) is var fit && (fit == Pattern.Length || (!isWhole && fit == bytes.Length));

    /// <summary>The first place in a record's body where another record seems to begin; 0 for none.</summary>
    public static int Find(ReadOnlySpan<byte> bytes, int behind)
    {
        for (var at = behind; at < bytes.Length && bytes[at..].IndexOf((byte)';') is var next && next >= 0; at += next + 1)
        {
            var start = at + next - StampLength;
            if (start >= behind && IsLike(bytes[start..], isWhole: true))
            {
                return start;
            }
        }

        return 0;
    }

    /// <summary>Reads the beginning of a line.</summary>
    /// <returns>Why it is none; null where it is one.</returns>
    public static string? Read(ReadOnlySpan<byte> line, out PbsHead head)
    {
        var start = Start(line);
        head = default;
        if (!IsLike(line[start..], isWhole: true))
        {
            return "the line does not begin with MM/DD/YYYY HH:MM:SS;, a letter and ;";
        }

        var stamp = line[start..];
        if (LocalTime.Clock(Digits(stamp, 6, 4), Digits(stamp, 0, 2), Digits(stamp, 3, 2), Digits(stamp, 11, 2), Digits(stamp, 14, 2), Digits(stamp, 17, 2)) is not { } clock)
        {
            return "its stamp is no date and time";
        }

        var id = stamp[Pattern.Length..].IndexOf((byte)';');
        head = new PbsHead(clock, start, stamp[StampLength + 1], id);
        return id > 0 ? null : "it has no id";
    }

    // How many bytes are as in the pattern: 0 stands for a digit, A for a letter.
    private static int Fits(ReadOnlySpan<byte> bytes, string pattern)
    {
        var at = 0;
        while (at < bytes.Length && at < pattern.Length && pattern[at] switch
        {
            '0' => char.IsAsciiDigit((char)bytes[at]),
            'A' => char.IsAsciiLetter((char)bytes[at]),
            var other => bytes[at] == other,
        })
        {
            at++;
        }

        return at;
    }

    private static int Digits(ReadOnlySpan<byte> bytes, int at, int count)
    {
        var value = 0;
        foreach (var digit in bytes.Slice(at, count))
        {
            value = (value * 10) + (digit - '0');
        }

        return value;
    }
}
