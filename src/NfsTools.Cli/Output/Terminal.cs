namespace NfsTools.Cli.Output;

/// <summary>What standard output is shown on.</summary>
internal static class Terminal
{
    private const int LeastWidth = 40;

    /// <summary>Whether a person looks at standard output, rather than a file or another program.</summary>
    public static bool IsThere => !Console.IsOutputRedirected && !StandardStream.IsClosed(StandardStream.Output);

    /// <summary>Its width in characters; null where lines may be as long as they are.</summary>
    public static int? Width => IsThere && Console.WindowWidth is > 0 and var width ? Math.Max(LeastWidth, width) : null;

    private static bool HasColour => IsThere && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb") &&
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>The text in bold where that can be shown.</summary>
    public static string Bold(string text) => HasColour ? $"\e[1m{text}\e[0m" : text;
}
