namespace NfsTools.Testing;

/// <summary>Who runs the tests, as the holder of a lock is told: by name, or by number where there is no name.</summary>
public static class TestUser
{
    public static string Name { get; } = Environment.UserName is { Length: > 0 } name
        ? name
        : File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];
}
