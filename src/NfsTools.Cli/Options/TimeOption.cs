using System.CommandLine;
using System.Globalization;
using NfsTools.Accounting.Model;
using NfsTools.Stamps;

namespace NfsTools.Cli.Options;

/// <summary>Options whose value is a time.</summary>
internal static class TimeOption
{
    // 20261121 would be a day in August 1970.
    private const int CompactDateLength = 8;

    private static readonly string[] Shapes = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm:ssK"];

    /// <summary>A time of a store, whose clocks are meant where there is no offset.</summary>
    public static Option<StoreTime?> Of(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (Parse(result.Tokens[0].Value) is { } time)
            {
                return DateTime.TryParseExact(result.Tokens[0].Value, Shapes, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var clock) && clock.Kind == DateTimeKind.Unspecified
                    ? StoreTime.OfClock(clock)
                    : StoreTime.At(time);
            }

            result.AddError($"{name}: \"{result.Tokens[0].Value}\" is no time: write 2026-11-21, 2026-11-21T20:57:27, 2026-11-21T20:57:27+01:00 or seconds since 1970.");
            return null;
        },
    };

    /// <summary>The times between two.</summary>
    /// <param name="from">The first one; null for no such border.</param>
    /// <param name="to">The first one behind them; null for no such border.</param>
    /// <param name="days">Whose clocks are meant; null while that is not known, and nothing is told then that it might change.</param>
    /// <exception cref="UsageException">There is none between them.</exception>
    public static (DateTimeOffset? From, DateTimeOffset? To) Period(StoreTime? from, StoreTime? to, DayCalendar? days)
    {
        var (first, end) = (from?.In(days ?? DayCalendar.Utc), to?.In(days ?? DayCalendar.Utc));
        return first >= end && (days is not null || from!.IsClock == to!.IsClock)
            ? throw new UsageException("--from is not before --to.", "The time meant begins with --from and ends before --to: for one day, name the next day as --to.")
            : (first, end);
    }

    /// <summary>The time that a text means, in UTC where it has no offset; null where it means none.</summary>
    public static DateTimeOffset? Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return text.Length != CompactDateLength && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }

        return DateTimeOffset.TryParseExact(text, Shapes, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    /// <summary>The time that a text means, or the mtime of the file it names, as that is now.</summary>
    /// <exception cref="UsageException">It means neither.</exception>
    public static DateTimeOffset OfFileOrTime(string option, string reference) => Parse(reference) ?? new FreshStamps().Take(reference).ModifyTime
        ?? throw new UsageException(
            $"{option}: there is no file \"{reference}\", and it is no time.", "Name a file that exists, or write 2026-11-21, 2026-11-21T20:57:27, 2026-11-21T20:57:27+01:00 or seconds since 1970.");
}
