using System.Buffers.Text;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>What a job asked for, as the category of its record has it: <c>-l h_rt=3600,mem_free=1G -pe mpi 8</c>.</summary>
internal static class GridEngineRequest
{
    private const int SecondsPerUnit = 60;

    private static ReadOnlySpan<byte> HardLimit => "h_rt="u8;

    private static ReadOnlySpan<byte> Environment => "-pe "u8;

    private static ReadOnlySpan<byte> Soft => "-soft "u8;

    /// <summary>The run time asked for (h_rt), in seconds; null for none.</summary>
    public static long? RunLimit(ReadOnlySpan<byte> category)
    {
        var hard = category.IndexOf(Soft) is >= 0 and var soft ? category[..soft] : category;
        var at = Find(hard, HardLimit, " ,"u8);
        if (at < 0)
        {
            return null;
        }

        var value = hard[at..];
        value = value.IndexOfAny((byte)',', (byte)' ') is >= 0 and var end ? value[..end] : value;
        long seconds = 0;
        foreach (var range in value.Split((byte)':'))
        {
            // An empty part of h:m:s stands for 0.
            var part = value[range];
            var units = 0;
            if (!part.IsEmpty && !(Utf8Parser.TryParse(part, out units, out var used) && used == part.Length && units >= 0))
            {
                return null;
            }

            seconds = (seconds * SecondsPerUnit) + units;
            if (seconds > int.MaxValue)
            {
                return null;
            }
        }

        return seconds > 0 ? seconds : null;
    }

    /// <summary>The slots asked for; null for a range of them.</summary>
    public static long? Slots(ReadOnlySpan<byte> category)
    {
        var at = Find(category, Environment, " "u8);
        if (at < 0)
        {
            return 1;
        }

        var range = category[at..];
        range = range.IndexOf((byte)' ') is >= 0 and var name ? range[(name + 1)..] : [];
        range = range.IndexOf((byte)' ') is >= 0 and var end ? range[..end] : range;
        return Utf8Parser.TryParse(range, out int slots, out var used) && used == range.Length && slots > 0 ? slots : null;
    }

    // Behind a word that stands at the beginning or behind one of some bytes.
    private static int Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word, ReadOnlySpan<byte> before)
    {
        for (var at = 0; text[at..].IndexOf(word) is >= 0 and var found; at += found + word.Length)
        {
            if (at + found == 0 || before.Contains(text[at + found - 1]))
            {
                return at + found + word.Length;
            }
        }

        return -1;
    }
}
