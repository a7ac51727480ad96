namespace NfsTools.Benchmarks;

/// <summary>
/// What a wrapper costs a short job: whole processes, start-up included, beside a shell that runs the same; the cmdlet in a
/// session beside Start-Process; and the check of many inputs on a local file system.
/// </summary>
internal static class JobBenchmark
{
    private const int Inputs = 10_000;
    private const int RunsARound = 10;

    public static void Run(string nfstools, string directory, int rounds)
    {
        var work = Directory.CreateDirectory(Path.Combine(directory, "job")).FullName;
        var (aa, bb, manifest) = (Path.Combine(work, "aa"), Path.Combine(work, "bb"), Path.Combine(work, "manifest.json"));
        File.WriteAllText(aa, "input");

        var shell = Median(rounds, () => Measured.Run("sh", "-c", "true"));
        Console.WriteLine($"sh -c true: {shell:F1} ms; median of {rounds * RunsARound} runs, as all that follow");
        Tell("nfstools run -- true", "run", "--", "true");
        Tell("nfstools run -n -i -o: cp", "run", "-n", "-i", aa, "-o", bb, "cp", aa, bb);
        Tell("the same by a capsule", "run", "-n", "cp", aa, bb);
        Tell("the same with --record", "run", "-n", "-i", aa, "-o", bb, "--record", manifest, "cp", aa, bb);

        var many = Enumerable.Range(0, Inputs).Select(i => Path.Combine(work, $"{i % 100}", $"{i}")).ToList();
        many.ForEach(path => Directory.CreateDirectory(Path.GetDirectoryName(path)!));
        many.ForEach(path => File.WriteAllText(path, ""));
        Measured.Run(nfstools, ["stamp", "--export", manifest, .. many]);
        var check = Measured.Median(Enumerable.Range(0, rounds).Select(_ => Measured.Run(nfstools, "check", "--expect", manifest)));
        Console.WriteLine($"nfstools check of {Inputs} inputs in 100 directories, local: {check.Elapsed.TotalMilliseconds:F0} ms, peak {check.PeakKb / 1024} MB");
        RunCmdlet(work);

        void Tell(string what, params string[] line)
        {
            var time = Median(rounds, () => Measured.Run(nfstools, line));
            Console.WriteLine($"{what}: {time:F1} ms, {time - shell:F1} ms more");
        }
    }

    private static double Median(int rounds, Func<Measured> run) =>
        Measured.Median(Enumerable.Range(0, rounds * RunsARound).Select(_ => run())).Elapsed.TotalMilliseconds;

    private static void RunCmdlet(string work)
    {
        var module = Path.Combine(Nfstools.Repository(), "output/NfsTools");
        DotNet(["tool", "restore"]);
        DotNet(["pwsh", "-NoProfile", "-NonInteractive", "-File", "build.ps1"]);
        var script = Path.Combine(work, "measure.ps1");
        File.WriteAllText(script, """
            param($module)
            Import-Module $module
            function Measure-Median([scriptblock] $script) {
                (1..5).ForEach({ & $script })
                $times = (1..50).ForEach({ (Measure-Command $script).TotalMilliseconds }) | Sort-Object
                $times[25]
            }
            Set-Location $PSScriptRoot
            $start = Measure-Median { Start-Process true -Wait }
            $plain = Measure-Median { $null = Invoke-ProtectedJob true }
            $protected = Measure-Median { $null = Invoke-ProtectedJob cp aa, bb -InputPath aa -OutputPath bb -Protect }
            [Console]::Out.WriteLine([string]::Format([cultureinfo]::InvariantCulture,
                'in a session: Start-Process -Wait {0:F1} ms; Invoke-ProtectedJob true {1:F1} ms, of cp with -Protect {2:F1} ms', $start, $plain, $protected))
            """);
        DotNet(["pwsh", "-NoProfile", "-NonInteractive", "-File", script, module]);
    }

    // In the checkout, whose tool manifest says which PowerShell.
    private static void DotNet(string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Nfstools.Repository() })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet {arguments[0]} ended with {process.ExitCode}.");
        }
    }
}
