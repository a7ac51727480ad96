using System.Management.Automation;
using System.Management.Automation.Language;

namespace NfsTools.PowerShell.Completion;

/// <summary>Turns values into completions.</summary>
internal static class CompletionText
{
    /// <summary>The values that begin with what was typed, quoted where PowerShell would read them otherwise.</summary>
    public static IEnumerable<CompletionResult> Matching(IEnumerable<string> values, string typed)
    {
        var start = typed.Trim('\'', '"');
        return values
            .Where(value => value.StartsWith(start, StringComparison.OrdinalIgnoreCase) && SafeText.IsSafe(value))
            .Select(value => new CompletionResult(IsPlain(value) ? value : $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'", value, CompletionResultType.ParameterValue, value));
    }

    private static bool IsPlain(string value) => char.IsLetter(value[0]) && value.All(c => char.IsLetterOrDigit(c) || "_-./:+".Contains(c, StringComparison.Ordinal));
}
