using System.Data.Common;
using NfsTools.TestKit;

namespace NfsTools.Benchmarks;

/// <summary>
/// From a cold start to a committed, verified store, beside the database's own shell importing the same rows already split to CSV
/// into the table alone, without the indexes that the store keeps besides. Into PostgreSQL too where NFSTOOLS_TEST_POSTGRES names a server.
/// </summary>
internal static class CollectBenchmark
{
    // So that nearly every job is a row of the roll-up of its own.
    private const int ManyUsers = 300_000, ManyProjects = 3000;

    /// <summary>A log in which many jobs share a row of the roll-up, and one in which hardly any does.</summary>
    public static void Run(string nfstools, string directory, long records, int rounds)
    {
        foreach (var (name, options) in new[] { ("few", new LsfGeneratorOptions()), ("many", new LsfGeneratorOptions { Users = ManyUsers, Projects = ManyProjects }) })
        {
            Console.WriteLine($"{name} groups of the roll-up:");
            Run(nfstools, Directory.CreateDirectory(Path.Combine(directory, name)).FullName, options, records, rounds);
        }
    }

    private static void Run(string nfstools, string directory, LsfGeneratorOptions options, long records, int rounds)
    {
        var log = Path.Combine(directory, "lsb.acct");
        using (var file = File.Create(log))
        {
            new LsfLogGenerator(1, options).WriteTo(file, records);
        }

        var bytes = new FileInfo(log).Length;
        Console.WriteLine($"{records} records, {bytes / 1e6:F0} MB, median of {rounds} rounds");
        if (Nfstools.Has("sqlite3"))
        {
            Compare("sqlite3 .import", round => Path.Combine(directory, $"store{round}.db"), (store, round) => Import(directory, store, round));
        }
        else
        {
            Console.WriteLine("The sqlite3 shell is not on PATH: nothing to compare with.");
        }

        if (Environment.GetEnvironmentVariable("NFSTOOLS_TEST_POSTGRES") is { Length: > 0 } server)
        {
            Compare("psql \\copy", round => Schema(server, round), (_, round) => Copy(directory, server, round));
        }

        void Compare(string how, Func<int, string> makeStore, Func<string, int, Measured> import)
        {
            var (collects, verifies, imports) = (new List<Measured>(), new List<Measured>(), new List<Measured>());
            for (var round = 0; round < rounds; round++)
            {
                var store = makeStore(round);
                collects.Add(Measured.Run(nfstools, "collect", log, "--store", store, "--once", "--quiet"));
                verifies.Add(Measured.Run(nfstools, "verify", "--store", store));
                imports.Add(import(store, round));
            }

            var (collect, verify, compared) = (Measured.Median(collects), Measured.Median(verifies), Measured.Median(imports));
            var (collectCpu, verifyCpu, comparedCpu) = (Cpu(collects), Cpu(verifies), Cpu(imports));
            Console.WriteLine($"collect: {collect.Elapsed.TotalSeconds:F2} s ({collectCpu:F2} s of processor time), {records / collect.Elapsed.TotalSeconds:F0} records/s, {bytes / 1e6 / collect.Elapsed.TotalSeconds:F0} MB/s, peak {collect.PeakKb / 1024} MB");
            Console.WriteLine($"verify:  {verify.Elapsed.TotalSeconds:F2} s ({verifyCpu:F2} s)");
            Console.WriteLine($"{how} of the same rows: {compared.Elapsed.TotalSeconds:F2} s ({comparedCpu:F2} s)");
            Console.WriteLine($"speed beside it: {compared.Elapsed / collect.Elapsed:F2} for collect, {compared.Elapsed / (collect.Elapsed + verify.Elapsed):F2} for collect and verify; {comparedCpu / collectCpu:F2} for collect by processor time");
        }

        // The collector uses two cores, a shell one; a machine that others use too shows in the wall time, less in the processor time.
        static double Cpu(List<Measured> runs) => runs.Select(r => r.Cpu.TotalSeconds).Order().ElementAt(runs.Count / 2);
    }

    private static Measured Import(string directory, string store, int round)
    {
        var (csv, target) = (Path.Combine(directory, "rows.csv"), Path.Combine(directory, $"import{round}.db"));
        if (!File.Exists(csv))
        {
            Measured.Run("sqlite3", store, ".mode csv", $".once '{csv}'", "SELECT * FROM job_record");
        }

        Measured.Run("sqlite3", store, ".mode list", $".once '{target}.sql'", "SELECT sql || ';' FROM sqlite_schema WHERE name = 'job_record'");
        return Measured.Run("sqlite3", target, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", $".read '{target}.sql'", $".import --csv '{csv}' job_record");
    }

    private static string Schema(string server, int round)
    {
        Psql(server, $"CREATE SCHEMA bench{round}");
        return $"{server};Search Path=bench{round}";
    }

    private static Measured Copy(string directory, string server, int round)
    {
        var csv = Path.Combine(directory, "copied.csv");
        if (!File.Exists(csv))
        {
            Psql(server, $"\\copy bench{round}.job_record TO '{csv}' CSV");
        }

        Psql(server, $"CREATE TABLE bench{round}.copied (LIKE bench{round}.job_record)");
        var copied = Psql(server, $"\\copy bench{round}.copied FROM '{csv}' CSV");
        Psql(server, $"SET client_min_messages = warning; DROP SCHEMA bench{round} CASCADE");
        return copied;
    }

    private static Measured Psql(string server, string command)
    {
        var named = new DbConnectionStringBuilder { ConnectionString = server };
        return Measured.Run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", $"{named["Host"]}", "-U", $"{named["Username"]}", "-d", $"{named["Database"]}", "-c", command);
    }
}
