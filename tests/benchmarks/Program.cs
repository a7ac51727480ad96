using NfsTools.Benchmarks;

// Figures are whole processes, start-up included, and ratios are of runs side by side: machines differ, ratios less.
// Arguments: nothing for all, or one of
//   collect [RECORDS [ROUNDS]]      a day of a large cluster unless said otherwise; tests/postgres/run COMMAND gives it a server
//   parse [RECORDS [ROUNDS]]
//   latency [WRITES [ROUNDS [SEED]]]
//   idle [FILES [DIRECTORIES]]      about a quarter of an hour
//   jobs [ROUNDS]
//   objects [RECORDS [ROUNDS]]      in PowerShell, once it has warmed up
//   memory [RECORDS]                a log of 1 GB unless said otherwise; ends with 1 where a collector takes more than it may
var what = args.Length > 0 ? args[0] : "all";
int Number(int position, int otherwise) => args.Length > position ? int.Parse(args[position]) : otherwise;
if (what is not ("all" or "collect" or "parse" or "latency" or "idle" or "jobs" or "objects" or "memory"))
{
    Console.Error.WriteLine($"{what}: it measures collect, parse, latency, idle, jobs, objects and memory.");
    return 2;
}

var directory = Directory.CreateTempSubdirectory("nfstools-benchmark-");
try
{
    if (what is "all" or "parse")
    {
        ParseBenchmark.Run(directory.FullName, Number(1, 300_000), Number(2, 5));
    }

    if (what is "parse")
    {
        return 0;
    }

    var nfstools = Nfstools.Publish(directory.FullName);
    if (what is "all" or "collect")
    {
        CollectBenchmark.Run(nfstools, directory.FullName, Number(1, 300_000), Number(2, 3));
    }

    if (what is "all" or "latency")
    {
        LatencyBenchmark.Run(nfstools, directory.FullName, Number(1, 500), Number(2, 5), Number(3, 1));
    }

    if (what is "all" or "idle")
    {
        IdleBenchmark.Run(nfstools, directory.FullName, Number(1, 100_000), Number(2, 1_000));
    }

    if (what is "all" or "jobs")
    {
        JobBenchmark.Run(nfstools, directory.FullName, Number(1, 5));
    }

    if (what is "all" or "objects")
    {
        ObjectBenchmark.Run(nfstools, directory.FullName, Number(1, 300_000), Number(2, 5));
    }

    return what is not ("all" or "memory") || MemoryBenchmark.Run(nfstools, directory.FullName, Number(1, 1_100_000)) ? 0 : 1;
}
finally
{
    directory.Delete(recursive: true);
}
