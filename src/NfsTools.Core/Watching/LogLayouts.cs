using System.Globalization;
using System.Text.RegularExpressions;

namespace NfsTools.Watching;

/// <summary>The layouts of logs that there are, by name.</summary>
internal static partial class LogLayouts
{
    /// <summary><c>lsb.acct</c>, beside it <c>lsb.acct.1</c> (the newest archive), <c>lsb.acct.2</c> ...; <c>lsb.acct.0</c> is the copy that a rotation makes on its way to <c>.1</c>. A date may stand for the number.</summary>
    public static readonly ILogLayout Numbered = new Files("numbered", (log, entry) =>
        Ending(log, entry) is ['.', .. var number] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
            ? parsed < LeastDate ? new LogPlace(-parsed) : new LogPlace(0, ByChange: true)
            : null);

    /// <summary><c>accounting</c>, beside it <c>accounting-20240101</c>, <c>accounting-20240101-1700000000</c> as logrotate's dateext has it, or <c>history.20240101T120000</c>.</summary>
    public static readonly ILogLayout Dated = new Files("dated", (log, entry) => Date().Match(Ending(log, entry) ?? "") is { Success: true } found
        ? new LogPlace((long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) * TimesOfDay) + (found.Groups[2].Success ? long.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture) : 0))
        : null);

    /// <summary>One file, which is never rotated; archives are named by patterns alone.</summary>
    public static readonly ILogLayout Single = new Files("single", (_, _) => null);

    /// <summary>A directory with a file for each day, <c>20240101</c>; the newest one grows.</summary>
    public static readonly ILogLayout Daily = new Days();

    // A date or a time, as rotations write them too: then the last change tells which is the newer.
    private const long LeastDate = 100_000;

    // More than seconds since 1970, which may follow a date, are within the life of this program.
    private const long TimesOfDay = 10_000_000_000;

    /// <summary>The names that <c>layout</c> takes.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(l => l.Name)];

    private static IReadOnlyList<ILogLayout> All { get; } = [Numbered, Dated, Daily, Single];

    /// <summary>The layout of a name; null where there is none.</summary>
    public static ILogLayout? Find(string name) => All.FirstOrDefault(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // What follows the log's own name.
    private static string? Ending(string log, string entry) => entry.StartsWith(log, StringComparison.Ordinal) ? entry[log.Length..] : null;

    [GeneratedRegex(@"^[-.]([0-9]{8})(?:[-T]([0-9]{1,10}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    private sealed class Files(string name, Func<string, string, LogPlace?> place) : ILogLayout
    {
        public string Name => name;

        public bool IsDirectory => false;

        public LogPlace? PlaceOf(string log, string entry) => place(log, entry);
    }

    private sealed class Days : ILogLayout
    {
        private const int DigitsOfDay = 8;

        public string Name => "daily";

        public bool IsDirectory => true;

        public LogPlace? PlaceOf(string log, string entry) =>
            entry.Length == DigitsOfDay && long.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var day) ? new LogPlace(day) : null;
    }
}
