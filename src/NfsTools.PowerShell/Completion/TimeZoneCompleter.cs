using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using NfsTools.Accounting.Model;

namespace NfsTools.PowerShell.Completion;

/// <summary>Completes the time zones that this host knows.</summary>
internal sealed class TimeZoneCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionText.Matching(DayCalendar.Zones, wordToComplete);
}
