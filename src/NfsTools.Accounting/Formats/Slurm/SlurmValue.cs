using System.Buffers.Text;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>Reads the values that Slurm writes. What is none of them is null.</summary>
internal static class SlurmValue
{
    private const int MostDigits = 18;
    private const int TimeLength = 19;
    private const int FewestEpochDigits = 8;
    private const double MostKb = 1e15;

    /// <summary>A whole number, its digits alone.</summary>
    public static long? Whole(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > MostDigits)
        {
            return null;
        }

        var value = 0L;
        foreach (var character in text)
        {
            if (character is < (byte)'0' or > (byte)'9')
            {
                return null;
            }

            value = (value * 10) + (character - '0');
        }

        return value;
    }

    /// <summary>Whether a text stands for no time.</summary>
    public static bool IsNever(ReadOnlySpan<byte> text) =>
        text.IsEmpty || text.SequenceEqual("Unknown"u8) || text.SequenceEqual("None"u8) || text.SequenceEqual("unknown"u8) || text.SequenceEqual("N/A"u8);

    /// <summary>What clocks showed, as <see cref="LocalTime.Clock"/> says it: <c>2024-01-31T12:34:56</c>.</summary>
    public static long? Clock(ReadOnlySpan<byte> text) =>
        text.Length == TimeLength && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':'
        && Whole(text[..4]) is { } year && Whole(text[5..7]) is { } month && Whole(text[8..10]) is { } day
        && Whole(text[11..13]) is { } hour && Whole(text[14..16]) is { } minute && Whole(text[17..]) is { } second
            ? LocalTime.Clock((int)year, (int)month, (int)day, (int)hour, (int)minute, (int)second)
            : null;

    /// <summary>A whole number, or so many times 1024 as sacct writes numbers of nodes: <c>2K</c>.</summary>
    public static long? Count(ReadOnlySpan<byte> text) =>
        text.EndsWith((byte)'K') ? Whole(text[..^1]) is <= int.MaxValue and var many ? many * 1024 : null : Whole(text);

    /// <summary>Seconds since 1970 UTC (SLURM_TIME_FORMAT=%s).</summary>
    public static long? Epoch(ReadOnlySpan<byte> text) => text.Length >= FewestEpochDigits ? Whole(text) : null;

    /// <summary>Seconds of <c>1-02:03:04</c>, <c>02:03:04</c>, <c>03:04.567</c>.</summary>
    public static double? Duration(ReadOnlySpan<byte> text)
    {
        var dash = text.IndexOf((byte)'-');
        var days = dash < 0 ? 0 : Whole(text[..dash]);
        text = text[(dash + 1)..];
        var dot = text.IndexOf((byte)'.');
        var part = dot < 0 ? 0.0 : Whole(text[(dot + 1)..]) is { } digits ? digits / Math.Pow(10, text.Length - dot - 1) : (double?)null;
        var seconds = 0L;
        var parts = 0;
        foreach (var range in (dot < 0 ? text : text[..dot]).Split((byte)':'))
        {
            if (Whole(text[range]) is not { } value || value > int.MaxValue || ++parts > 3)
            {
                return null;
            }

            seconds = (seconds * 60) + value;
        }

        return parts >= 2 && days is <= int.MaxValue ? (days.Value * 86400.0) + seconds + part : null;
    }

    /// <summary>An amount and what it is per: n a node, c a CPU, 0 nothing. Memory in KB; without a letter in bytes.</summary>
    /// <param name="text"><c>438.50M</c>, <c>3000Mc</c>, <c>0n</c>.</param>
    /// <param name="per">What it is per.</param>
    public static double? Kb(ReadOnlySpan<byte> text, out byte per)
    {
        per = text.EndsWith("n"u8) || text.EndsWith("c"u8) ? text[^1] : (byte)0;
        text = per == 0 ? text : text[..^1];
        return Amount(text) is { } bytes && bytes / 1024 is <= MostKb and var kb ? kb : null;
    }

    /// <summary>A number with K, M, G, T, P, E for powers of 1024.</summary>
    public static double? Amount(ReadOnlySpan<byte> text)
    {
        var power = text.IsEmpty ? -1 : "KMGTPE"u8.IndexOf(text[^1]);
        text = power < 0 ? text : text[..^1];
        return !text.IsEmpty && text[0] is >= (byte)'0' and <= (byte)'9' && Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length && double.IsFinite(value)
            ? value * Math.Pow(1024, power + 1)
            : null;
    }

    /// <summary>Exit code and signal of <c>0:9</c>.</summary>
    public static (long Code, long Signal)? Exit(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)':') is > 0 and var colon && Whole(text[..colon]) is { } code && Whole(text[(colon + 1)..]) is { } signal ? (code, signal) : null;

    /// <summary>What is said of a resource in <c>cpu=4,gres/gpu:a100=1,mem=4000M</c>; empty for nothing.</summary>
    public static ReadOnlySpan<byte> Tres(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        foreach (var range in text.Split((byte)','))
        {
            var entry = text[range];
            if (entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name))
            {
                return entry[(name.Length + 1)..];
            }
        }

        return [];
    }

    /// <summary>The GPUs: those of all types, else the types' sum; 0 where a list names none, null without a list.</summary>
    public static long? Gpus(ReadOnlySpan<byte> tres)
    {
        if (tres.IsEmpty)
        {
            return null;
        }

        if (Tres(tres, "gres/gpu"u8) is { IsEmpty: false } all)
        {
            return Whole(all);
        }

        var sum = 0L;
        foreach (var range in tres.Split((byte)','))
        {
            var entry = tres[range];
            if (entry.StartsWith("gres/gpu:"u8) && entry.LastIndexOf((byte)'=') is var equals && Whole(entry[(equals + 1)..]) is { } count and <= int.MaxValue)
            {
                sum += count;
            }
        }

        return sum;
    }

    /// <summary>Whether a field has the shape of its column.</summary>
    public static bool Fits(SlurmShape shape, ReadOnlySpan<byte> text) => shape switch
    {
        SlurmShape.Word or SlurmShape.Free => true,
        SlurmShape.Id => SlurmHead.IsId(text),
        SlurmShape.State => SlurmStates.Find(text) is not null,
        SlurmShape.Time => IsNever(text) || Clock(text) is not null || Epoch(text) is not null,
        SlurmShape.Duration => text.IsEmpty || Duration(text) is not null || text.SequenceEqual("INVALID"u8),
        SlurmShape.Whole => text.IsEmpty || Count(text) is not null || text.SequenceEqual("UNLIMITED"u8) || text.SequenceEqual("Partition_Limit"u8),
        SlurmShape.Amount => text.IsEmpty || text.SequenceEqual("Unknown"u8) || Kb(text, out _) is not null,
        SlurmShape.Exit => text.IsEmpty || Exit(text) is not null,
        SlurmShape.Limit => text.IsEmpty || text[0] is < (byte)'0' or > (byte)'9' || Duration(text) is not null,
        _ => text.IsEmpty || Whole(text) is not null || Duration(text) is not null,
    };
}
