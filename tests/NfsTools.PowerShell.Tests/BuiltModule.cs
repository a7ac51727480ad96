using System.Diagnostics;
using System.Reflection;
using System.Text;

[assembly: AssemblyFixture(typeof(NfsTools.PowerShell.Tests.BuiltModule))]

namespace NfsTools.PowerShell.Tests;

/// <summary>The module as this checkout builds it, in a directory of this run's own, and the PowerShell that the tool manifest names.</summary>
public sealed class BuiltModule
{
    private readonly string directory = Directory.CreateTempSubdirectory("module-").FullName;

    /// <summary>Builds the module; runs in one checkout do so one after the other.</summary>
    public BuiltModule()
    {
        using (Exclusive(Path.Combine(Repository, "artifacts", "module.lock")))
        {
            Require(Run("tool", "restore"));
            Require(Run("pwsh", "-NoProfile", "-NonInteractive", "-File", "build.ps1"));
            Require(Run("pwsh", "-NoProfile", "-NonInteractive", "-Command", $"Copy-Item output/NfsTools '{directory}' -Recurse"));
        }
    }

    /// <summary>The top of the checkout.</summary>
    public static string Repository { get; } = Path.GetFullPath(Metadata("Repository"));

    /// <summary>Runs a Pester suite against the module in a PowerShell of its own.</summary>
    /// <returns>What it printed, and whether all its tests passed.</returns>
    internal (string Output, bool Passed) RunSuite(string suite)
    {
        var (output, code) = Run("pwsh", "-NoProfile", "-NonInteractive", "-File", "tests/pester/run.ps1", "-Path", suite, "-Pester", Metadata("Pester"), "-Module", Path.Combine(directory, "NfsTools"));
        return (output, code == 0);
    }

    private static string Metadata(string key) =>
        typeof(BuiltModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private static FileStream Exclusive(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                Thread.Sleep(100);
            }
        }
    }

    private static (string Output, int Code) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        void Add(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Add;
        process.ErrorDataReceived += Add;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return (output.ToString(), process.ExitCode);
    }

    private static void Require((string Output, int Code) result)
    {
        if (result.Code != 0)
        {
            throw new InvalidOperationException($"The module was not built:\n{result.Output}");
        }
    }
}
