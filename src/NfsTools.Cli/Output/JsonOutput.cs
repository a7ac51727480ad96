using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NfsTools.Cli.Output;

/// <summary>JSON objects, one a line: alone, one after the other, or as the elements of one array, never more than one in memory.</summary>
internal sealed class JsonOutput(TextWriter output) : IDisposable
{
    // The relaxed encoder leaves quotes and signs readable; what a terminal would obey is escaped behind it.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Utf8JsonWriter json = new(Stream.Null, Options);

    /// <summary>Writes one object.</summary>
    public void Object(Action<Utf8JsonWriter> content)
    {
        Raw(content);
        output.Write('\n');
    }

    /// <summary>Writes one object with the fields of an item.</summary>
    public void Object<T>(T item, IReadOnlyList<Field<T>> fields) => Object(json => Fields(json, item, fields));

    /// <summary>Writes an array with one object an item.</summary>
    public void Array<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> content)
    {
        var separator = "[\n";
        foreach (var item in items)
        {
            output.Write(separator);
            Raw(json => content(json, item));
            separator = ",\n";
        }

        output.Write(separator[0] == '[' ? "[]\n" : "\n]\n");
    }

    /// <summary>Writes an array with the fields of each item.</summary>
    public void Array<T>(IEnumerable<T> items, IReadOnlyList<Field<T>> fields) => Array(items, (json, item) => Fields(json, item, fields));

    public static void Fields<T>(Utf8JsonWriter json, T item, IReadOnlyList<Field<T>> fields)
    {
        foreach (var field in fields)
        {
            field.Value(item).Write(json, field.Name);
        }
    }

    public void Dispose() => json.Dispose();

    private void Raw(Action<Utf8JsonWriter> content)
    {
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        content(json);
        json.WriteEndObject();
        json.Flush();
        output.Write(SafeText.Json(Encoding.UTF8.GetString(buffer.WrittenSpan)));
    }
}
