using System.CommandLine;
using System.Globalization;

namespace NfsTools.Cli.Options;

/// <summary>Options whose value is a number within a range.</summary>
internal static class NumberOption
{
    public static Option<double?> Of(string name, string description, string helpName, double least, double most) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: \"{result.Tokens[0].Value}\" is no number from {least} to {most}."));
            return null;
        },
    };

    public static Option<int?> Whole(string name, string description, string helpName, int least, int most) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            result.AddError($"{name}: \"{result.Tokens[0].Value}\" is no whole number from {least} to {most}.");
            return null;
        },
    };
}
