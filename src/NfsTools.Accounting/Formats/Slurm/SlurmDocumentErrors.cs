using System.Text.Json;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>Errors that a document of Slurm's tells of: with one, what it lists is not all there is, whatever the command ended with.</summary>
internal static class SlurmDocumentErrors
{
    /// <summary>The first error of <c>"errors": [...]</c> at the top; null where there is none, and where the text is no JSON.</summary>
    public static string? First(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                var isErrors = reader.CurrentDepth == 1 && reader.ValueTextEquals("errors"u8);
                reader.Read();
                if (isErrors && reader.TokenType == JsonTokenType.StartArray)
                {
                    reader.Read();
                    if (reader.TokenType != JsonTokenType.EndArray)
                    {
                        return JsonElement.ParseValue(ref reader).ToString();
                    }
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            // Its jobs are told as rejects.
        }

        return null;
    }
}
