using NfsTools.Benchmarks;

// Figures are whole processes, start-up included, and ratios are of runs side by side: machines differ, ratios less.
// Arguments: the number of records (a day of a large cluster by default) and of rounds.
var records = args.Length > 0 ? long.Parse(args[0]) : 300_000;
var rounds = args.Length > 1 ? int.Parse(args[1]) : 3;
var directory = Directory.CreateTempSubdirectory("nfstools-benchmark-");
try
{
    CollectBenchmark.Run(directory.FullName, records, rounds);
}
finally
{
    directory.Delete(recursive: true);
}
