using NfsTools.TestKit;

namespace NfsTools.Benchmarks;

/// <summary>
/// From a cold start to a committed, verified store, beside the sqlite3 shell importing the same rows already split to CSV.
/// </summary>
internal static class CollectBenchmark
{
    public static void Run(string nfstools, string directory, long records, int rounds)
    {
        var log = Path.Combine(directory, "lsb.acct");
        using (var file = File.Create(log))
        {
            new LsfLogGenerator(1, new LsfGeneratorOptions()).WriteTo(file, records);
        }

        var bytes = new FileInfo(log).Length;
        var (collects, verifies, imports) = (new List<Measured>(), new List<Measured>(), new List<Measured>());
        for (var round = 0; round < rounds; round++)
        {
            var store = Path.Combine(directory, $"store{round}.db");
            collects.Add(Measured.Run(nfstools, "collect", log, "--store", store, "--once", "--quiet"));
            verifies.Add(Measured.Run(nfstools, "verify", "--store", store));
            if (Nfstools.Has("sqlite3"))
            {
                imports.Add(Import(directory, store, round));
            }
        }

        var (collect, verify) = (Measured.Median(collects), Measured.Median(verifies));
        var total = collect.Elapsed + verify.Elapsed;
        Console.WriteLine($"{records} records, {bytes / 1e6:F0} MB, median of {rounds} rounds");
        Console.WriteLine($"collect: {collect.Elapsed.TotalSeconds:F2} s, {records / collect.Elapsed.TotalSeconds:F0} records/s, {bytes / 1e6 / collect.Elapsed.TotalSeconds:F0} MB/s, peak {collect.PeakKb / 1024} MB");
        Console.WriteLine($"verify:  {verify.Elapsed.TotalSeconds:F2} s");
        if (imports.Count == 0)
        {
            Console.WriteLine("The sqlite3 shell is not on PATH: nothing to compare with.");
            return;
        }

        var import = Measured.Median(imports);
        Console.WriteLine($"sqlite3 .import of the same rows: {import.Elapsed.TotalSeconds:F2} s");
        Console.WriteLine($"speed beside .import: {import.Elapsed / collect.Elapsed:F2} for collect, {import.Elapsed / total:F2} for collect and verify");
    }

    private static Measured Import(string directory, string store, int round)
    {
        var (csv, target) = (Path.Combine(directory, "rows.csv"), Path.Combine(directory, $"import{round}.db"));
        if (!File.Exists(csv))
        {
            Measured.Run("sqlite3", store, ".mode csv", $".once '{csv}'", "SELECT * FROM job_record");
        }

        // The table alone, without the indexes that the store keeps besides.
        Measured.Run("sqlite3", store, ".mode list", $".once '{target}.sql'", "SELECT sql || ';' FROM sqlite_schema WHERE name = 'job_record'");
        return Measured.Run("sqlite3", target, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", $".read '{target}.sql'", $".import --csv '{csv}' job_record");
    }
}
