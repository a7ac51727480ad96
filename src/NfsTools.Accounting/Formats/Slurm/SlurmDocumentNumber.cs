using System.Text.Json;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>Whole numbers in JSON of Slurm's.</summary>
internal static class SlurmDocumentNumber
{
    /// <summary>
    /// The number that the reader stands on: plain, or since v0.0.39 <c>{"set": true, "infinite": false, "number": 5}</c> (data_parser's
    /// UINT32_NO_VAL_STRUCT). Null for none, for an infinite one, and for one below 0; whatever it is, it is passed over.
    /// </summary>
    public static long? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var plain) && plain >= 0 ? plain : null;
        }

        var (isSet, isInfinite) = (true, false);
        long? number = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (tellsSet, tellsInfinite, tellsNumber) = (json.ValueTextEquals("set"u8), json.ValueTextEquals("infinite"u8), json.ValueTextEquals("number"u8));
            json.Read();
            isSet = tellsSet ? json.TokenType == JsonTokenType.True : isSet;
            isInfinite = tellsInfinite ? json.TokenType == JsonTokenType.True : isInfinite;
            number = tellsNumber && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value) && value >= 0 ? value : number;
            json.Skip();
        }

        return isSet && !isInfinite ? number : null;
    }

    /// <summary>Seconds in microseconds; more than a job can take is no use.</summary>
    public static long Microseconds(long seconds) => Math.Min(seconds, int.MaxValue) * 1_000_000;
}
