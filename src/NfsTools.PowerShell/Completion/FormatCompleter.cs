using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using NfsTools.Accounting.Formats;

namespace NfsTools.PowerShell.Completion;

/// <summary>Completes the names of accounting formats.</summary>
internal sealed class FormatCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionText.Matching(RecordFormats.Names, wordToComplete);
}
