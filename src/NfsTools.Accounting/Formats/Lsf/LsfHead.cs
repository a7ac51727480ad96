using System.Buffers;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>
/// How a record begins: its type in quotes, the opening one perhaps missing at the start of a line, and a version. The texts of a
/// record, where quotes are doubled, never look like that in whole.
/// </summary>
internal static class LsfHead
{
    private const int LongestVersion = 16;
    private const byte Newline = (byte)'\n';
    private const byte Quote = (byte)'"';

    private static readonly SearchValues<byte> InVersions = SearchValues.Create("0123456789."u8);

    private static readonly byte[][] Types = [JobFinish.ToArray(), ReservationFinish.ToArray(), JobResize.ToArray()];

    public static ReadOnlySpan<byte> JobFinish => "JOB_FINISH"u8;

    public static ReadOnlySpan<byte> ReservationFinish => "EVENT_ADRSV_FINISH"u8;

    public static ReadOnlySpan<byte> JobResize => "JOB_RESIZE"u8;

    /// <summary>The length of the record type that the line begins with, quotes included; the opening one may be missing. 0: none.</summary>
    public static int TypeLength(ReadOnlySpan<byte> line)
    {
        var quote = line.StartsWith(Quote) ? 1 : 0;
        foreach (var type in Types)
        {
            if (line[quote..].StartsWith(type) && line.Length > quote + type.Length && line[quote + type.Length] == Quote)
            {
                return quote + type.Length + 1;
            }
        }

        return 0;
    }

    /// <summary>Whether a line begins with the name of a record type, or may come to do so where it is not whole.</summary>
    public static bool IsLike(ReadOnlySpan<byte> line, bool isWhole)
    {
        var name = line.TrimStart(Quote);
        foreach (var type in Types)
        {
            if (name.StartsWith(type) || (!isWhole && type.AsSpan().StartsWith(name)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first place behind another where a record seems to begin; 0 for none.</summary>
    public static int Find(ReadOnlySpan<byte> bytes, int behind)
    {
        var first = 0;
        foreach (var type in Types)
        {
            // What is behind the first one found so far need not be looked at.
            var seen = first > 0 ? bytes[..Math.Min(bytes.Length, first + type.Length)] : bytes;
            for (var at = behind + 1; at < seen.Length && seen[at..].IndexOf(type) is var found && found >= 0; at += found + type.Length)
            {
                var name = at + found;
                var start = name > behind + 1 && bytes[name - 1] == Quote ? name - 1 : name;
                if ((start < name || bytes[start - 1] == Newline) && IsHead(bytes[start..]))
                {
                    first = start;
                    break;
                }
            }
        }

        return first;
    }

    private static bool IsHead(ReadOnlySpan<byte> bytes)
    {
        var type = TypeLength(bytes);
        var rest = type > 0 ? bytes[type..].TrimStart((byte)' ') : [];
        var version = rest.StartsWith(Quote) ? rest[1..] : rest;
        var length = version[..Math.Min(version.Length, LongestVersion)].IndexOfAnyExcept(InVersions);
        return length > 0 && rest.Length < bytes.Length - type && (version[length] == Quote) == (version.Length < rest.Length);
    }
}
