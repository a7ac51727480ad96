using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats;

/// <summary>Every field of a record, as its own format has them, in JSON: times in seconds since 1970 UTC.</summary>
public static class RecordFields
{
    // Where a record was read is no field of it.
    private const string Source = "source";

    // Written without reflection, which a native program lacks.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new SecondsConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        TypeInfoResolver = JsonTypeInfoResolver.Combine([.. RecordFormats.All.Select(f => f.Json)]),
    };

    /// <summary>Writes a property for each field into the object that is begun.</summary>
    public static void Write(Utf8JsonWriter json, AccountingRecord record)
    {
        foreach (var field in JsonSerializer.SerializeToElement(record, Options.GetTypeInfo(record.GetType())).EnumerateObject().Where(f => f.Name != Source))
        {
            field.WriteTo(json);
        }
    }

    /// <summary>The record in kept bytes of one; null where the reader makes none of them.</summary>
    internal static AccountingRecord? Read(RecordParser parser, ReadOnlyMemory<byte> bytes)
    {
        var units = new List<RecordUnit>();
        new RecordReader(parser).Read(bytes, final: true, acceptNuls: true, units);
        return units.Find(u => u.Record is not null).Record;
    }
}

/// <summary>A time as seconds since 1970 UTC.</summary>
internal sealed class SecondsConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteNumberValue(value.ToUnixTimeSeconds());
}
