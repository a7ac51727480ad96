using System.Text.Json;
using NfsTools.Interop;
using NfsTools.Jobs.Flows;

namespace NfsTools.Cli.Output;

/// <summary>How the jobs of a flow stand, as output.</summary>
internal static class FlowTable
{
    private const int SecondsDecimals = 3;

    public static void Write(TextWriter output, IReadOnlyList<FlowJobResult> results, bool asJson)
    {
        if (asJson)
        {
            using var json = new JsonOutput(output);
            json.Array(results, (w, result) =>
            {
                w.WriteString("job", result.Job);
                w.WriteString("host", NameText.Quote(result.Host));
                w.WriteString("status", Word(result.Status));
                w.WriteString("reason", NameText.Quote(result.Reason));
                WriteNumber(w, "code", result.Code);
                WriteNumber(w, "elapsedSeconds", result.Elapsed?.TotalSeconds);
                w.WriteString("log", result.Log is { } log ? NameText.Write(log) : null);
            });
            return;
        }

        var table = new TextTable(output, TextColumn.Whole("JOB"), TextColumn.Whole("HOST"), TextColumn.Whole("STATUS"), TextColumn.Number("CODE"), TextColumn.Number("SECONDS"), new("REASON"));
        foreach (var result in results)
        {
            table.Add(
                result.Job, result.Host.Length > 0 ? result.Host : "-", Word(result.Status), result.Code is { } code ? Figures.Whole(code) : "-",
                result.Elapsed is { } elapsed ? Figures.Decimals(elapsed.TotalSeconds, 1) : "-", result.Reason);
        }

        table.End();
    }

    private static string Word(FlowJobStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, Math.Round(value, SecondsDecimals));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
