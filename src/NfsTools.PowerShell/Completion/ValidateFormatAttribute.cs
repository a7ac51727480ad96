using System.Management.Automation;
using NfsTools.Accounting.Formats;

namespace NfsTools.PowerShell.Completion;

/// <summary>Lets only the names of accounting formats through.</summary>
internal sealed class ValidateFormatAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (!RecordFormats.Names.Contains(arguments?.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            throw new ValidationMetadataException($"There is no accounting format \"{arguments}\". Name one of: {string.Join(", ", RecordFormats.Names)}.");
        }
    }
}
