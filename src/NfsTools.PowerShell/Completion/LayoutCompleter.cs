using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using NfsTools.Accounting.Sources;

namespace NfsTools.PowerShell.Completion;

/// <summary>Completes the names of logs' layouts.</summary>
internal sealed class LayoutCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionText.Matching(CollectorSource.Layouts, wordToComplete);
}
