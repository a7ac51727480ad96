using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using NfsTools.Accounting.Model;

namespace NfsTools.PowerShell.Completion;

/// <summary>The columns of a job and the keys of groups as PowerShell writes names: UserGroup for userGroup.</summary>
internal static class ColumnNames
{
    /// <summary>A name as PowerShell writes it.</summary>
    public static string Of(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>Completes keys of groups.</summary>
    internal sealed class KeyCompleter : IArgumentCompleter
    {
        /// <inheritdoc/>
        public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
            CompletionText.Matching(GroupKey.All.Select(k => Of(k.Name)), wordToComplete);
    }

    /// <summary>Completes columns.</summary>
    internal sealed class ColumnCompleter : IArgumentCompleter
    {
        /// <inheritdoc/>
        public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
            CompletionText.Matching(JobColumns.All.Select(c => Of(c.Name)), wordToComplete);
    }

    /// <summary>Lets only keys of groups through.</summary>
    internal sealed class ValidateKeyAttribute : ValidateEnumeratedArgumentsAttribute
    {
        /// <inheritdoc/>
        protected override void ValidateElement(object element)
        {
            if (GroupKey.Find($"{element}") is null)
            {
                throw new ValidationMetadataException($"Jobs cannot be grouped by \"{element}\", only by {string.Join(", ", GroupKey.All.Select(k => Of(k.Name)))}.");
            }
        }
    }

    /// <summary>Lets only columns through.</summary>
    internal sealed class ValidateColumnAttribute : ValidateEnumeratedArgumentsAttribute
    {
        /// <inheritdoc/>
        protected override void ValidateElement(object element)
        {
            if (JobColumns.Find($"{element}") is null)
            {
                throw new ValidationMetadataException($"A job has no column \"{element}\", only {string.Join(", ", JobColumns.All.Select(c => Of(c.Name)))}.");
            }
        }
    }
}
