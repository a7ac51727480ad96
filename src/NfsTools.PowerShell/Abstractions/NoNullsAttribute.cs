using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>
/// Refuses a list with nothing as one of its values. PowerShell makes the first of an enumeration's names of that, and would ask for
/// what nobody wrote.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NoNullsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        LanguagePrimitives.GetEnumerable(inputData)?.Cast<object?>().Any(value => value is null) == true
            ? throw new ArgumentTransformationMetadataException("The list has null among its values. Give each a value, or leave it out.")
            : inputData;
}
