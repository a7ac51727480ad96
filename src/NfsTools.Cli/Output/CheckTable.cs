using NfsTools.Jobs;

namespace NfsTools.Cli.Output;

/// <summary>Checks of files in text.</summary>
internal static class CheckTable
{
    private const int SecondsDecimals = 3;

    public static void Write(TextWriter output, IReadOnlyList<FileCheck> checks)
    {
        var table = new TextTable(
            output, TextColumn.Whole("HOLDS"), TextColumn.Whole("VERDICT"), TextColumn.Number("ATTEMPTS"), TextColumn.Number("WAITED_S"), TextColumn.Whole("METHOD"),
            TextColumn.Path("PATH"), new("EXPECTED"), new("REASON"));
        foreach (var check in checks)
        {
            table.Add(
                check.Holds ? "yes" : "NO", System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(check.Verdict.ToString()), Figures.Whole(check.Attempts),
                Figures.Decimals(check.Waited.TotalSeconds, SecondsDecimals), check.Found is { } found ? StampFields.MethodOf(found) : "-", check.Path, check.Expected.Description, check.Reason);
        }

        table.End();
    }
}
