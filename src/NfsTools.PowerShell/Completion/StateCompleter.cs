using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using NfsTools.Accounting.Model;

namespace NfsTools.PowerShell.Completion;

/// <summary>Completes the states in which jobs end.</summary>
internal sealed class StateCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionText.Matching(Accounting.Model.JobState.All, wordToComplete);
}
