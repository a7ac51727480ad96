using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using NfsTools.Accounting.Sources;

namespace NfsTools.PowerShell.Completion;

/// <summary>Completes the names of commands that can be asked.</summary>
internal sealed class CommandCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionText.Matching(SourceCommand.Kinds, wordToComplete);
}
