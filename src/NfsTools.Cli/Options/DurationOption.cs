using System.CommandLine;
using System.Globalization;

namespace NfsTools.Cli.Options;

/// <summary>Options whose value is a length of time.</summary>
internal static class DurationOption
{
    /// <summary>An option for a time of so many seconds.</summary>
    public static Option<Duration> Of(string name, string description, double least = 0, double most = Duration.MostSeconds) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var time = Duration.Parse(text, least, most);
            if (time is null)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: \"{text}\" is no length of time from {least} to {most} seconds: {Duration.Shape}."));
            }

            return time;
        },
    };
}
