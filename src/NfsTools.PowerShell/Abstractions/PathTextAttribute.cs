using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>
/// Takes the path of an object that has one, as a property. PowerShell would take the object's text instead, which names no file:
/// an object without a path is refused.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PathTextAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] Properties = ["PSPath", "LiteralPath", "FullName", "Path"];

    /// <summary>The parameter takes wildcards, which the name of an object's file never is.</summary>
    public bool Wildcards { get; init; }

    /// <summary>A script block is left to another parameter.</summary>
    public bool Blocks { get; init; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        LanguagePrimitives.GetEnumerable(inputData) is { } several ? several.Cast<object?>().Select(PathOf).ToArray() : PathOf(inputData);

    private object? PathOf(object? given)
    {
        // Numbers are names too: "Get-FileTimestamp 5".
        var plain = given is PSObject wrapped ? wrapped.BaseObject : given;
        if (plain is null or IConvertible || (Blocks && plain is ScriptBlock))
        {
            return given;
        }

        var known = PSObject.AsPSObject(given).Properties;
        return Properties.Select(name => known[name]?.Value?.ToString()).FirstOrDefault(path => path?.Length > 0) is { } path
            ? Wildcards ? WildcardPattern.Escape(path) : path
            : throw new ArgumentTransformationMetadataException(
                $"The object \"{given}\" names no file: it has none of the properties {string.Join(", ", Properties)}. Give the name itself, as a text.");
    }
}
