using System.Globalization;

namespace NfsTools;

/// <summary>A length of time as users give it, from nothing to <see cref="MostSeconds"/>: whatever waits, waits as long as that.</summary>
/// <param name="Time">How long.</param>
public sealed record Duration(TimeSpan Time)
{
    /// <summary>The longest, in seconds: 365 days.</summary>
    public const int MostSeconds = 31_536_000;

    /// <summary>How users write one, for messages.</summary>
    public const string Shape = "write 10, 10s, 500ms, 5m, 2h or 3d";

    /// <summary>The longest.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(MostSeconds);

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)];

    /// <summary>Reads seconds, or a number with a unit, as in 500ms, 10s, 5m, 2h, 3d; null where a text is neither, or out of range.</summary>
    /// <param name="text">The text.</param>
    /// <param name="least">The shortest allowed, in seconds.</param>
    /// <param name="most">The longest allowed, in seconds.</param>
    public static Duration? Parse(string text, double least = 0, double most = MostSeconds)
    {
        foreach (var (unit, factor) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                return double.TryParse(text.AsSpan(..^unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    && number * factor >= least && number * factor <= most ? new Duration(TimeSpan.FromSeconds(number * factor)) : null;
            }
        }

        return null;
    }

    /// <summary>So many times a duration, or <see cref="Most"/> where that is more.</summary>
    internal static TimeSpan Times(TimeSpan one, int count) => one.TotalSeconds * count < MostSeconds ? one * count : Most;
}
