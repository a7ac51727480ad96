using NfsTools.Accounting.Collecting;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Collecting;

/// <summary>How an event becomes a line. Text that came from elsewhere stays within its line, and moves no terminal.</summary>
internal delegate void LogFormat(TextWriter output, LogEvent told);

/// <summary>The formats there are.</summary>
internal static class LogFormats
{
    /// <summary>A format by its name.</summary>
    public static LogFormat Get(string? name) => name == "json" ? Json : Text;

    /// <summary>A time, what it is, and key=value pairs.</summary>
    public static void Text(TextWriter output, LogEvent told)
    {
        output.Write($"{Figures.Time(told.Time)} {told.Name}");
        foreach (var (name, value) in told.Fields)
        {
            output.Write($" {name}={SafeText.Value(value.ToString())}");
        }

        output.WriteLine();
    }

    /// <summary>A JSON object with the time in RFC 3339 and the level.</summary>
    public static void Json(TextWriter output, LogEvent told) => Write(
        output, [("time", Figures.TimeWithMilliseconds(told.Time)), ("level", CollectorConfiguration.LogLevels[(int)told.Level]), ("event", told.Name), .. told.Fields]);

    /// <summary>A JSON object as --json has it, with the time in seconds since 1970.</summary>
    public static void Plain(TextWriter output, LogEvent told) => Write(output, [("time", told.Time), ("event", told.Name), .. told.Fields]);

    /// <summary>A JSON object with the fields alone.</summary>
    public static void Bare(TextWriter output, LogEvent told) => Write(output, told.Fields);

    private static void Write(TextWriter output, IReadOnlyList<(string Name, FieldValue Value)> fields)
    {
        using var json = new JsonOutput(output);
        json.Object(w =>
        {
            foreach (var (name, value) in fields)
            {
                value.Write(w, name);
            }
        });
    }
}
