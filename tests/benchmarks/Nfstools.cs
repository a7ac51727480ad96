using System.Runtime.InteropServices;

namespace NfsTools.Benchmarks;

/// <summary>The command as users have it: the native file that the README says how to make.</summary>
internal static class Nfstools
{
    /// <summary>Publishes it below a directory.</summary>
    /// <returns>The program.</returns>
    public static string Publish(string directory)
    {
        var output = Path.Combine(directory, "nfstools");
        Measured.Run("dotnet", "publish", Path.Combine(Repository(), "src/NfsTools.Cli"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", output);
        return Path.Combine(output, "nfstools");
    }

    /// <summary>Whether a program is on PATH.</summary>
    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, program)));

    /// <summary>The checkout.</summary>
    public static string Repository()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "NfsTools.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("This runs inside the checkout.");
        }

        return at.FullName;
    }
}
