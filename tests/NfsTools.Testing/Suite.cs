using System.Globalization;

namespace NfsTools.Testing;

/// <summary>Long suites run with a reduced count by default; a variable asks for the full one.</summary>
public static class Suite
{
    public static int Count(string variable, int reduced) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : reduced;

    /// <summary>A seed that is printed, so that a failure can be run again: NFSTOOLS_SEED, or a fixed one.</summary>
    public static int Seed(int usual)
    {
        var seed = Count("NFSTOOLS_SEED", usual);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return seed;
    }
}
