namespace NfsTools.Testing;

/// <summary>Which <c>nfstools</c> the tests run: the file that NFSTOOLS_PROGRAM names, e.g. the native one, or else the one that was built with the tests.</summary>
public static class NfstoolsProgram
{
    private static readonly string? Named = Environment.GetEnvironmentVariable("NFSTOOLS_PROGRAM") is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    /// <summary>The words that start it.</summary>
    public static IReadOnlyList<string> Words { get; } = Named is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "nfstools.dll")] : [Named];

    /// <summary>The same for a shell.</summary>
    public static string Shell { get; } = string.Join(' ', Words);

    /// <summary>One file that starts it.</summary>
    public static string File { get; } = Named ?? Path.Combine(AppContext.BaseDirectory, "nfstools");
}
