using System.Text.Json;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>All that a job in JSON says, by its keys: <c>time.end</c>, <c>steps.0.step.name</c>.</summary>
internal static class SlurmDocumentFields
{
    /// <summary>The values that are not empty.</summary>
    /// <param name="json">The job, which has been read as JSON before.</param>
    public static Dictionary<string, string> Of(ReadOnlySpan<byte> json)
    {
        var fields = new Dictionary<string, string>();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Add(fields, ref reader, "");
        return fields;
    }

    private static void Add(Dictionary<string, string> fields, ref Utf8JsonReader json, string path)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var key = Text(ref json);
                    json.Read();
                    Add(fields, ref json, path.Length == 0 ? key : $"{path}.{key}");
                }

                break;
            case JsonTokenType.StartArray:
                for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
                {
                    Add(fields, ref json, $"{path}.{i}");
                }

                break;
            case not JsonTokenType.Null when Text(ref json) is { Length: > 0 } text:
                fields[path] = text;
                break;
        }
    }

    private static string Text(ref Utf8JsonReader json)
    {
        var text = new SlurmDocumentText(0);
        text.Add(ref json);
        return LogText.Decode(text.ToArray());
    }
}
