using NfsTools.Accounting.Formats.Lsf;

namespace NfsTools.Accounting.Formats;

/// <summary>The accounting formats there are, by name.</summary>
public static class RecordFormats
{
    private static readonly IRecordFormat[] All = [new LsfFormat()];

    /// <summary>The names <c>--format</c> takes, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(f => f.Name)];

    /// <summary>The format that is meant where none is named.</summary>
    public static string Default => Names[0];

    /// <exception cref="NfsToolsException">There is no such format.</exception>
    internal static IRecordFormat Get(string name) =>
        All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new NfsToolsException($"There is no accounting format \"{name}\".", $"Name one of: {string.Join(", ", Names)}.");
}
