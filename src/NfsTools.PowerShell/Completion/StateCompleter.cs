using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace NfsTools.PowerShell.Completion;

/// <summary>Completes the states in which jobs end.</summary>
internal sealed class StateCompleter : IArgumentCompleter
{
    private static readonly string[] States = ["DONE", "EXIT"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionText.Matching(States, wordToComplete);
}
