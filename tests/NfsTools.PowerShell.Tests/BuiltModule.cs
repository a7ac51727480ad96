using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(NfsTools.PowerShell.Tests.BuiltModule))]

namespace NfsTools.PowerShell.Tests;

/// <summary>The module as this checkout builds it, in a directory of this run's own, and the PowerShell that the tool manifest names.</summary>
public sealed class BuiltModule
{
    private readonly string directory = Directory.CreateTempSubdirectory("module-").FullName;
    private readonly Lazy<(string Output, IReadOnlyDictionary<string, SuiteReport> Suites)> run;

    /// <summary>Builds the module; runs in one checkout do so one after the other.</summary>
    public BuiltModule()
    {
        using (Exclusive(Path.Combine(Repository, "artifacts", "module.lock")))
        {
            Require(Run("tool", "restore"));
            Require(Run("pwsh", "-NoProfile", "-NonInteractive", "-File", "build.ps1"));
            Require(Run("pwsh", "-NoProfile", "-NonInteractive", "-Command", $"Copy-Item output/NfsTools '{directory}' -Recurse"));
        }

        run = new(RunSuites);
    }

    /// <summary>The top of the checkout.</summary>
    public static string Repository { get; } = Path.GetFullPath(Metadata("Repository"));

    /// <summary>How a Pester suite went. All of them run against the module in one PowerShell: half of the time went into starting one for each.</summary>
    /// <returns>How many of its tests passed, and what failed.</returns>
    internal SuiteReport Report(string suite) =>
        run.Value.Suites.TryGetValue(suite, out var report) ? report : throw new InvalidOperationException($"The suites broke off:\n{run.Value.Output}");

    private (string Output, IReadOnlyDictionary<string, SuiteReport> Suites) RunSuites()
    {
        var report = Path.Combine(directory, "report.json");
        var (output, _) = Run("pwsh", "-NoProfile", "-NonInteractive", "-File", "tests/pester/run.ps1", "-Pester", Metadata("Pester"), "-Module", Path.Combine(directory, "NfsTools"), "-Report", report);
        var suites = File.Exists(report) ? JsonSerializer.Deserialize<SuiteReport[]>(File.ReadAllText(report))! : [];
        return (output, suites.ToDictionary(s => s.Suite));
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

    /// <summary>How a suite went.</summary>
    internal sealed record SuiteReport(string Suite, int Passed, IReadOnlyList<string> Failures);
}
