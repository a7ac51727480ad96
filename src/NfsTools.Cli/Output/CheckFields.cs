using System.Text.Json;
using NfsTools.Interop;
using NfsTools.Jobs;

namespace NfsTools.Cli.Output;

/// <summary>The check of a file in JSON.</summary>
internal static class CheckFields
{
    private const int SecondsDecimals = 6;

    public static void Write(Utf8JsonWriter json, FileCheck check)
    {
        json.WriteString("path", NameText.Write(check.Path));
        json.WriteBoolean("holds", check.Holds);
        json.WriteString("verdict", JsonNamingPolicy.CamelCase.ConvertName(check.Verdict.ToString()));
        json.WriteString("reason", NameText.Quote(check.Reason));
        json.WriteString("expected", NameText.Quote(check.Expected.Description));
        json.WriteNumber("attempts", check.Attempts);
        json.WriteNumber("waitedSeconds", Math.Round(check.Waited.TotalSeconds, SecondsDecimals));
        StampFields.Write(json, "found", check.Found);
    }
}
