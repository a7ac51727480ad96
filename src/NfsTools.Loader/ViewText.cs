using System.Reflection;

namespace NfsTools.Loader;

/// <summary>
/// Texts in the module's views, made fit for a terminal by the rule that all of NfsTools has. Views cannot see the types of an
/// assembly context other than PowerShell's own; so this one, which they see, hands over to it.
/// </summary>
public static class ViewText
{
    private const string RuleAssembly = "NfsTools.Core";
    private const string Rule = "NfsTools.SafeText";

    private static Func<string, string> clean = Missing;
    private static Func<string, string> name = Missing;

    /// <summary>A text that came from elsewhere.</summary>
    public static string Clean(string text) => clean(text);

    /// <summary>The name of a file.</summary>
    public static string Name(string path) => name(path);

    internal static void Use(Assembly cmdlets)
    {
        var rule = System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(cmdlets)!.LoadFromAssemblyName(new AssemblyName(RuleAssembly)).GetType(Rule, throwOnError: true)!;
        clean = rule.GetMethod(nameof(Clean))!.CreateDelegate<Func<string, string>>();
        name = rule.GetMethod(nameof(Name))!.CreateDelegate<Func<string, string>>();
    }

    private static string Missing(string text) => throw new InvalidOperationException("The module NfsTools is not loaded.");
}
