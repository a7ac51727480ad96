using NfsTools.Accounting.Formats.Lsf;

namespace NfsTools.Accounting.Formats;

/// <summary>The accounting formats there are, by name.</summary>
public static class RecordFormats
{
    /// <summary>The names <c>--format</c> takes, the default first.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(f => f.Name)];

    /// <summary>The formats themselves, the default first.</summary>
    internal static IReadOnlyList<IAccountingFormat> All { get; set; } = [new LsfFormat()];

    /// <summary>The format that is meant where none is named.</summary>
    public static string Default => Names[0];

    /// <exception cref="NfsToolsException">There is no such format.</exception>
    internal static IAccountingFormat Get(string name) =>
        All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new NfsToolsException($"There is no accounting format \"{name}\".", $"Name one of: {string.Join(", ", Names)}.");
}
