using System.Globalization;

namespace NfsTools.Cli.Output;

/// <summary>Numbers and times in text, the same in every locale.</summary>
internal static class Figures
{
    private const long KilobytesPerMegabyte = 1024;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const double BytesPerUnit = 1024;
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    public static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Whole(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Decimals(double value, int decimals) => value.ToString("F" + decimals, CultureInfo.InvariantCulture);

    /// <summary>With separators, for a person.</summary>
    public static string Grouped(double value, int decimals = 0) => value.ToString("N" + decimals, CultureInfo.InvariantCulture);

    /// <summary>A time as the options --from and --to take it.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time by RFC 3339, in UTC.</summary>
    public static string TimeWithMilliseconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time in nanoseconds since 1970-01-01 UTC, with all of them: such texts sort, and compare exactly.</summary>
    public static string Time(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, NanosecondsPerSecond);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + NanosecondsPerSecond);
        }

        return DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + string.Create(CultureInfo.InvariantCulture, $".{rest:D9}Z");
    }

    public static string TimeOfDay(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Memory as bacct shows it: KB/1024 as M, from 1024M as G with one decimal, truncated.</summary>
    public static string Memory(long kilobytes)
    {
        var megabytes = kilobytes / KilobytesPerMegabyte;
        return megabytes < KilobytesPerMegabyte
            ? $"{Whole(megabytes)}M"
            : $"{Decimals(Math.Floor(megabytes * 10.0 / KilobytesPerMegabyte) / 10, 1)}G";
    }

    /// <summary>Bytes for a person: 78.2 KB.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        for (; Math.Abs(bytes) >= BytesPerUnit && unit < Units.Length - 1; unit++)
        {
            bytes /= BytesPerUnit;
        }

        return $"{Decimals(bytes, unit == 0 ? 0 : 1)} {Units[unit]}";
    }
}
