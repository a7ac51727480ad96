using System.Management.Automation;
using NfsTools.Stamps;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>
/// Takes the path of an object that has one, as a property. PowerShell would take the object's text instead, which names no file.
/// An object without a path becomes a path that <see cref="FilePaths"/> refuses, so that the cmdlet knows of it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PathTextAttribute : ArgumentTransformationAttribute
{
    /// <summary>What the path of an object that has none begins with; its type follows. No file's name holds it.</summary>
    public const char NoPath = '\0';

    /// <summary>The properties that may have the path, the best first.</summary>
    public static readonly string[] Properties = ["PSPath", "LiteralPath", "FullName", "Path"];

    /// <summary>The parameter takes wildcards, which the name of an object's file never is.</summary>
    public bool Wildcards { get; init; }

    /// <summary>The parameter names a program: a script block is another one's, and PowerShell's own form of a path is none for it.</summary>
    public bool Program { get; init; }

    /// <summary>The path that an object has; null for none.</summary>
    public static string? PathOf(object given) => PathOf(given, Properties);

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        LanguagePrimitives.GetEnumerable(inputData) is { } several ? several.Cast<object?>().Select(TextOf).ToArray() : TextOf(inputData);

    private static string? PathOf(object given, IEnumerable<string> properties)
    {
        var known = PSObject.AsPSObject(given).Properties;
        var path = properties.Select(name => NameIn(known[name]?.Value)).FirstOrDefault(path => path?.Length > 0);
        return path is not null && KnowsItsName(given) ? PathName.Exact(path) : path;
    }

    // The text of a list or of an object is no name, however the property is called.
    private static string? NameIn(object? value) => Plain(value) switch
    {
        var name when IsName(name) => name!.ToString(),
        FileSystemInfo file => file.FullName,
        PathInfo path => path.Path,
        _ => null,
    };

    private static object? Plain(object? given) => given is PSObject wrapped ? wrapped.BaseObject : given;

    // Numbers are names too: "Get-FileTimestamp 5".
    private static bool IsName(object? plain) => plain is string or decimal || plain?.GetType().IsPrimitive == true;

    // Others were read from a text, or came from another process, where names are written.
    private static bool KnowsItsName(object given) =>
        Plain(given) is var plain && (plain is FileSystemInfo || plain!.GetType().Assembly == typeof(FileStamp).Assembly);

    private object? TextOf(object? given)
    {
        var plain = Plain(given);
        if (plain is null || IsName(plain))
        {
            return given;
        }

        // No text yet: PowerShell tries first whether the block fits another parameter as it is.
        return plain is ScriptBlock && Program ? new Unnamed(plain)
            : PathOf(given!, Program ? Properties[1..] : Properties) is { } path ? Wildcards ? WildcardPattern.Escape(path) : path
            : new Unnamed(given!).ToString();
    }

    private sealed class Unnamed(object given)
    {
        public override string ToString() => NoPath + PSObject.AsPSObject(given).TypeNames[0].Split('`')[0];
    }
}
