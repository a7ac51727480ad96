using NfsTools.TestKit;

namespace NfsTools.Benchmarks;

/// <summary>How fast the cmdlets give objects for a log and for a store, in a session, beside a function that gives the log's lines.</summary>
internal static class ObjectBenchmark
{
    // The first round is left out: code is compiled in it. A variable is what makes a pipeline pass the lines on one by one.
    private const string Script = """
        param($module, $log, $store, [long] $records, [int] $rounds)
        Import-Module $module
        function Measure-Lines { $lines = [IO.File]::ReadLines($log); Write-Output $lines }
        $ways = [ordered]@{
            'lines of the log' = { Measure-Lines | Out-Null }
            'Import-AccountingLog' = { Import-AccountingLog $log | Out-Null }
            'Get-AccountingRecord' = { Get-AccountingRecord $store | Out-Null }
        }
        $times = @{}
        foreach ($round in 0..$rounds) {
            foreach ($way in $ways.Keys) {
                $process = [Diagnostics.Process]::GetCurrentProcess()
                $before = $process.TotalProcessorTime
                $elapsed = (Measure-Command $ways[$way]).TotalSeconds
                $process.Refresh()
                if ($round -gt 0) {
                    $times[$way] += , [pscustomobject]@{ Elapsed = $elapsed; Cpu = ($process.TotalProcessorTime - $before).TotalSeconds }
                }
            }
        }
        $plain = $null
        foreach ($way in $ways.Keys) {
            $elapsed = ($times[$way].Elapsed | Sort-Object)[[Math]::Floor($rounds / 2)]
            $cpu = ($times[$way].Cpu | Sort-Object)[[Math]::Floor($rounds / 2)]
            $plain ??= $cpu
            [Console]::Out.WriteLine([string]::Format([cultureinfo]::InvariantCulture,
                '{0}: {1:F0} objects/s, {2:F2} us of processor time each, {3:F2} times that of a line', $way, $records / $elapsed, $cpu / $records * 1e6, $cpu / $plain))
        }
        """;

    public static void Run(string nfstools, string directory, long records, int rounds)
    {
        var work = Directory.CreateDirectory(Path.Combine(directory, "objects")).FullName;
        var (log, store) = (Path.Combine(work, "lsb.acct"), Path.Combine(work, "store.db"));
        using (var file = File.Create(log))
        {
            new LsfLogGenerator(1, new LsfGeneratorOptions()).WriteTo(file, records);
        }

        Measured.Run(nfstools, "collect", log, "--store", store, "--once", "--quiet");
        Console.WriteLine($"objects of {records} records, {new FileInfo(log).Length / 1e6:F0} MB, median of {rounds} rounds:");
        ModuleScript.Run(work, Script, log, store, $"{records}", $"{rounds}");
    }
}
