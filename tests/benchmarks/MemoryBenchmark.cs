using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using NfsTools.TestKit;

namespace NfsTools.Benchmarks;

/// <summary>How much memory a collector takes at most, whatever the log is: what README promises.</summary>
internal static partial class MemoryBenchmark
{
    private const long MostKb = 128 << 10;
    private const int Slots = 100_000;
    private const int WideJobs = 12;

    /// <summary>Measures.</summary>
    /// <returns>Whether every log stays within the bound.</returns>
    public static bool Run(string nfstools, string directory, long records)
    {
        var log = Path.Combine(directory, "lsb.acct");
        using (var file = File.Create(log))
        {
            new LsfLogGenerator(1, new LsfGeneratorOptions()).WriteTo(file, records);
        }

        var within = Collect("jobs", log);
        using (var packed = new GZipStream(File.Create(Path.Combine(directory, "packed")), CompressionLevel.Fastest))
        using (var file = File.OpenRead(log))
        {
            file.CopyTo(packed);
        }

        within &= Collect("the same, by gzip", Path.Combine(directory, "packed"));
        using (var groups = File.Create(Path.Combine(directory, "groups")))
        {
            foreach (var (i, line) in File.ReadLines(log, Encoding.Latin1).Index())
            {
                groups.Write(Encoding.Latin1.GetBytes($"{Queue().Replace(line, $"$1\"queue{i % 250_000}\"", 1)}\n"));
            }
        }

        within &= Collect("in 250,000 queues", Path.Combine(directory, "groups"));
        using (var wide = File.Create(Path.Combine(directory, "wide")))
        {
            foreach (var (i, line) in File.ReadLines(log, Encoding.Latin1).Where(l => OneHost().IsMatch(l)).Take(WideJobs).Index())
            {
                var hosts = string.Join(' ', Enumerable.Range(0, Slots).Select(slot => $"\"node{(i * Slots) + slot:D8}.rack{slot % 1000:D3}.cluster.example.org.site{i:D3}\""));
                wide.Write(Encoding.Latin1.GetBytes($"{OneHost().Replace(line, $" 0 {Slots} {hosts} 64 ", 1)}\n"));
            }
        }

        within &= Collect("jobs on 100,000 slots", Path.Combine(directory, "wide"));
        using (var hole = File.Create(Path.Combine(directory, "hole")))
        using (var file = File.OpenRead(log))
        {
            file.CopyTo(hole);
            hole.SetLength(hole.Length + (256 << 20));
        }

        return within & Collect("a hole of 256 MB behind them", Path.Combine(directory, "hole"), "--nul-patience", "0");

        bool Collect(string what, string path, params string[] more)
        {
            var measured = Measured.Run(nfstools, ["collect", path, "--store", $"{path}.db", "--once", "--quiet", .. more]);
            Console.WriteLine($"{what}, {new FileInfo(path).Length / 1e6:F0} MB: peak {measured.PeakKb / 1024} MB, {measured.Elapsed.TotalSeconds:F1} s{(measured.PeakKb > MostKb ? $": MORE THAN {MostKb / 1024} MB" : "")}");
            File.Delete($"{path}.db");
            return measured.PeakKb <= MostKb;
        }
    }

    // The thirteenth field.
    [GeneratedRegex("""^((?:\S+ ){11}"[^"]*" )"[^"]*"(?= )""")]
    private static partial Regex Queue();

    [GeneratedRegex(" 0 1 \"lx[0-9]+\" 64 ")]
    private static partial Regex OneHost();
}
