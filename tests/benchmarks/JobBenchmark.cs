namespace NfsTools.Benchmarks;

/// <summary>
/// What a wrapper costs a short job: whole processes, start-up included, beside the same without it; the cmdlet in a
/// session beside Start-Process; and the check of many inputs on a local file system.
/// </summary>
internal static class JobBenchmark
{
    private const int Inputs = 10_000;
    private const int RunsARound = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(12);

    public static void Run(string nfstools, string directory, int rounds)
    {
        var work = Directory.CreateDirectory(Path.Combine(directory, "job")).FullName;
        var (aa, bb, manifest) = (Path.Combine(work, "aa"), Path.Combine(work, "bb"), Path.Combine(work, "manifest.json"));
        File.WriteAllText(aa, "input");

        Console.WriteLine($"the median of {rounds * RunsARound} runs, one of each command after the other:");
        var times = Medians(rounds, bb,
        [
            ["true"], [nfstools, "run", "--", "true"], ["cp", aa, bb], [nfstools, "run", "-n", "--", "cp", aa, bb],
            [nfstools, "run", "-n", "-i", aa, "-o", bb, "--", "cp", aa, bb], [nfstools, "run", "-n", "-i", aa, "-o", bb, "--record", manifest, "--", "cp", aa, bb],
        ]);
        Console.WriteLine($"true {times[0]:F1} ms; nfstools run -- true {times[1]:F1} ms, {times[1] - times[0]:F1} more");
        Console.WriteLine($"cp aa bb {times[2]:F1} ms; nfstools run -n -- cp aa bb {times[3]:F1} ms, {times[3] - times[2]:F1} more; "
            + $"with -i and -o {times[4] - times[2]:F1} more, with --record too {times[5] - times[2]:F1} more");

        var many = Enumerable.Range(0, Inputs).Select(i => Path.Combine(work, $"{i % 100}", $"{i}")).ToList();
        many.ForEach(path => Directory.CreateDirectory(Path.GetDirectoryName(path)!));
        many.ForEach(path => File.WriteAllText(path, ""));
        Measured.Run(nfstools, ["stamp", "--export", manifest, .. many]);
        var check = Measured.Median(Enumerable.Range(0, rounds).Select(_ => Measured.Run(nfstools, "check", "--expect", manifest)));
        Console.WriteLine($"nfstools check of {Inputs} inputs in 100 directories, local: {check.Elapsed.TotalMilliseconds:F0} ms, peak {check.PeakKb / 1024} MB");
        RunCmdlet(work);
    }

    // Interleaved, so that what else the machine does meets all alike. The output is gone before each run, and the clock of the
    // file system has ticked since: a run would wait for that.
    private static double[] Medians(int rounds, string output, string[][] commands)
    {
        var runs = commands.Select(_ => new List<Measured>()).ToArray();
        for (var run = 0; run < rounds * RunsARound; run++)
        {
            for (var i = 0; i < commands.Length; i++)
            {
                File.Delete(output);
                Thread.Sleep(Tick);
                runs[i].Add(Measured.Run(commands[i][0], commands[i][1..]));
            }
        }

        return [.. runs.Select(r => Measured.Median(r).Elapsed.TotalMilliseconds)];
    }

    private static void RunCmdlet(string work)
    {
        ModuleScript.Run(work, """
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
    }
}
