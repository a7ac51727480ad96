using NfsTools.Stamps;

namespace NfsTools.Cli.Output;

/// <summary>The fields of a stamp in JSON; times are texts, since a number of so many digits is rounded by many programs.</summary>
internal static class StampFields
{
    public static IReadOnlyList<Field<FileStamp>> All { get; } =
    [
        new("path", s => FieldValue.Name(s.Path)),
        new("exists", s => s.Exists),
        new("size", s => s.Exists ? s.Size : default(FieldValue)),
        new("modifyTime", s => Time(s.ModifyTimeNs)),
        new("changeTime", s => Time(s.ChangeTimeNs)),
        new("inode", s => s.Exists ? s.Inode : default(FieldValue)),
        new("method", s => MethodOf(s)),
        new("trusted", s => s.Trusted),
        new("doubt", s => s.Doubt),
        new("takenAt", s => Time((s.TakenAt - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick)),
    ];

    /// <summary>Writes a stamp as a property; null where there is none.</summary>
    public static void Write(System.Text.Json.Utf8JsonWriter json, string name, FileStamp? stamp)
    {
        if (stamp is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        JsonOutput.Fields(json, stamp, All);
        json.WriteEndObject();
    }

    public static string MethodOf(FileStamp stamp) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(stamp.Method.ToString());

    private static FieldValue Time(long? nanoseconds) => nanoseconds is { } time ? Figures.Time(time) : default(FieldValue);
}
