using System.Diagnostics;

namespace NfsTools.Benchmarks;

/// <summary>Runs scripts with the module, built from the checkout, in the PowerShell of its tool manifest.</summary>
internal static class ModuleScript
{
    /// <summary>Builds the module and runs a script, whose parameters are the module and what else is given.</summary>
    public static void Run(string directory, string script, params string[] arguments)
    {
        DotNet("tool", "restore");
        DotNet("pwsh", "-NoProfile", "-NonInteractive", "-File", "build.ps1");
        var file = Path.Combine(directory, "measure.ps1");
        File.WriteAllText(file, script);
        DotNet(["pwsh", "-NoProfile", "-NonInteractive", "-File", file, Path.Combine(Nfstools.Repository(), "output/NfsTools"), .. arguments]);
    }

    // In the checkout, whose tool manifest says which PowerShell.
    private static void DotNet(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Nfstools.Repository() })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet {arguments[0]} ended with {process.ExitCode}.");
        }
    }
}
