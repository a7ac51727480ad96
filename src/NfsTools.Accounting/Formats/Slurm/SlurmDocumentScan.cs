using System.Buffers;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// Finds where values in JSON end, by its strings and brackets alone, and where jobs begin. In strings Slurm escapes quotes and newlines:
/// no text of a user can look like what is looked for here.
/// </summary>
internal static class SlurmDocumentScan
{
    private const int MostDepth = 64;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\\n"u8);

    /// <summary>How a value goes on.</summary>
    internal enum Extent
    {
        /// <summary>It ends.</summary>
        Whole,

        /// <summary>It does not end in what is there.</summary>
        Open,

        /// <summary>It is no JSON from there on.</summary>
        Broken,

        /// <summary>It is a document of jobs, whose list begins there.</summary>
        Jobs,
    }

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    private static ReadOnlySpan<byte> JobsKey => "\"jobs\""u8;

    /// <summary>Where an object ends.</summary>
    /// <param name="text">Text with the object.</param>
    /// <param name="at">Where it begins; or within it, where <paramref name="isWithin"/>. Becomes where the answer is about.</param>
    /// <param name="isWithin">It has begun before.</param>
    public static Extent End(ReadOnlySpan<byte> text, ref int at, bool isWithin)
    {
        // A bit for each bracket that is open: 1 for an object.
        var (open, depth) = (isWithin ? 1UL : 0UL, isWithin ? 1 : 0);
        while (text[at..].IndexOfAny(Marks) is >= 0 and var next)
        {
            at += next;
            var mark = text[at++];
            if (mark == '"')
            {
                var begin = at - 1;
                if (EndOfString(text, ref at) is not Extent.Whole and var end)
                {
                    return end;
                }

                if (depth == 1 && !isWithin && text[begin..at].SequenceEqual(JobsKey) && IsList(text[at..], out var length))
                {
                    at += length;
                    return length > 0 ? Extent.Jobs : Extent.Open;
                }
            }
            else if (mark is (byte)'{' or (byte)'[')
            {
                if (++depth > MostDepth)
                {
                    return Extent.Broken;
                }

                open = (open << 1) | (mark == '{' ? 1UL : 0UL);
            }
            else if (((open & 1) == 1) != (mark == '}') || depth == 0)
            {
                return Extent.Broken;
            }
            else
            {
                open >>= 1;
                if (--depth == 0)
                {
                    return Extent.Whole;
                }
            }
        }

        at = text.Length;
        return Extent.Open;
    }

    /// <summary>Where a job begins besides what was read, with the blanks before it; -1 for nowhere.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">It begins behind this.</param>
    public static int FindJob(ReadOnlySpan<byte> text, int from)
    {
        // Nothing but a value of its own stands at a line's very beginning.
        var line = text[from..].IndexOf("\n{"u8) is >= 0 and var newline ? from + newline + 1 : -1;
        var within = line < 0 ? text : text[..line];
        var (account, id) = (FindFirstKey(within, from, "\"account\""u8), FindFirstKey(within, from, "\"jobid\""u8));
        var key = account < 0 || id < 0 ? Math.Max(account, id) : Math.Min(account, id);
        return key < 0 ? line : key;
    }

    // An object that begins with the key, and is no value of another key.
    private static int FindFirstKey(ReadOnlySpan<byte> text, int from, ReadOnlySpan<byte> key)
    {
        for (var at = from; text[at..].IndexOf(key) is >= 0 and var next; at += key.Length)
        {
            at += next;
            var before = text[from..at].TrimEnd(Blanks);
            if (before.Length > 0 && before[^1] == '{' && before[..^1].TrimEnd(Blanks) is var outside && !(outside.Length > 0 && outside[^1] == ':') && text[(at + key.Length)..].TrimStart(Blanks).StartsWith(":"u8))
            {
                var indented = before[..^1].TrimEnd(" \t"u8);
                return from + (indented.Length == 0 || indented[^1] == '\n' ? indented.Length : before.Length - 1);
            }
        }

        return -1;
    }

    private static Extent EndOfString(ReadOnlySpan<byte> text, ref int at)
    {
        while (text[at..].IndexOfAny(InString) is >= 0 and var next)
        {
            at += next + 1;
            if (text[at - 1] == '"')
            {
                return Extent.Whole;
            }

            if (text[at - 1] == '\n')
            {
                at--;
                return Extent.Broken;
            }

            if (at == text.Length)
            {
                break;
            }

            at++;
        }

        at = text.Length;
        return Extent.Open;
    }

    // Whether a key's value is a list, and how far it is into it; 0 where that is not known yet.
    private static bool IsList(ReadOnlySpan<byte> rest, out int length)
    {
        var value = rest.TrimStart(Blanks);
        var after = value.StartsWith(":"u8) ? value[1..].TrimStart(Blanks) : [];
        length = after.StartsWith("["u8) ? rest.Length - after.Length + 1 : 0;
        return length > 0 || value.IsEmpty || (value[0] == ':' && after.IsEmpty);
    }
}
