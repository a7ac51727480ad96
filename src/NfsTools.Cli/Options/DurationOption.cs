using System.CommandLine;
using System.Globalization;

namespace NfsTools.Cli.Options;

/// <summary>Options whose value is a length of time: seconds, or a number with a unit, as in 500ms, 10s, 5m, 2h.</summary>
internal static class DurationOption
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)];

    public static Option<TimeSpan?> Of(string name, string description, double least, double most) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (Parse(result.Tokens[0].Value) is { TotalSeconds: var seconds } time && seconds >= least && seconds <= most)
            {
                return time;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: \"{result.Tokens[0].Value}\" is no length of time from {least} to {most} seconds: write 10, 10s, 500ms, 5m or 2h."));
            return null;
        },
    };

    /// <summary>The length of time that a text means; null where it means none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var (unit, factor) = Units.First(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        return double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * factor <= TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(number * factor)
            : null;
    }
}
