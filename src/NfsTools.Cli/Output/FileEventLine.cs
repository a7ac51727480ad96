using System.Globalization;
using System.Text.Json;
using NfsTools.Interop;
using NfsTools.Stamps;
using NfsTools.Watching;

namespace NfsTools.Cli.Output;

/// <summary>An event of a watch as one line.</summary>
internal static class FileEventLine
{
    private const int SecondsDecimals = 3;

    /// <summary>For a person and for awk: time, event, origin, path; a path that would not stand alone is in quotes.</summary>
    public static void WriteText(TextWriter output, FileEvent happened)
    {
        output.Write($"{Time(happened.SeenAt, "fff")} {Word(happened.Kind)} {Word(happened.Origin)} {SafeText.Value(happened.Path)}");
        if (happened.OldPath is { } old)
        {
            output.Write($" <- {SafeText.Value(old)}");
        }

        output.Write(happened.Reason.Length > 0 ? $" ({SafeText.Clean(happened.Reason)})\n" : "\n");
    }

    /// <summary>A JSON object.</summary>
    public static void WriteJson(TextWriter output, FileEvent happened)
    {
        using var json = new JsonOutput(output);
        json.Object(w =>
        {
            w.WriteString("time", Time(happened.SeenAt, "fffffff"));
            w.WriteString("event", Word(happened.Kind));
            w.WriteString("path", NameText.Write(happened.Path));
            w.WriteString("oldPath", happened.OldPath is { } old ? NameText.Write(old) : null);
            w.WriteString("origin", Word(happened.Origin));
            w.WriteString("detection", happened.Detection);
            WriteStamp(w, "before", happened.Before);
            WriteStamp(w, "after", happened.After);
            if (happened.LatencyBound is { } bound)
            {
                w.WriteNumber("latencyBoundSeconds", Math.Round(bound.TotalSeconds, SecondsDecimals));
            }
            else
            {
                w.WriteNull("latencyBoundSeconds");
            }

            w.WriteString("reason", NameText.Quote(happened.Reason));
        });
    }

    /// <summary>A kind or an origin as outputs name it.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static void WriteStamp(Utf8JsonWriter json, string name, FileStamp? stamp)
    {
        if (stamp is not { ModifyTimeNs: { } modified, ChangeTimeNs: { } changed })
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("size", stamp.Size);
        json.WriteString("mtime", Figures.Time(modified));
        json.WriteString("ctime", Figures.Time(changed));
        json.WriteNumber("inode", stamp.Inode);
        json.WriteBoolean("trusted", stamp.Trusted);
        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time, string fraction) => time.UtcDateTime.ToString($"yyyy-MM-dd'T'HH:mm:ss.{fraction}'Z'", CultureInfo.InvariantCulture);
}
