using System.Diagnostics;

namespace NfsTools.Benchmarks;

/// <summary>
/// From a write to the line that tells of it, on a local file system, beside inotifywait watching the same directory: every
/// write is seen by both, and their lines are timed alike, as they come out of the pipe.
/// </summary>
internal static class LatencyBenchmark
{
    // A file's next write is so many writes later: no line can be taken for that of another write.
    private const int Files = 16;
    private const int WarmUp = 200;
    private const int LeastPauseMs = 2;
    private const int MostPauseMs = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void Run(string nfstools, string directory, int writes, int rounds, int seed)
    {
        if (!Nfstools.Has("inotifywait"))
        {
            Console.WriteLine("latency: not measured, because inotifywait is not on PATH.");
            return;
        }

        Console.WriteLine($"latency: {writes} writes in each of {rounds} rounds, {LeastPauseMs} to {MostPauseMs} ms apart, seed {seed}, after {WarmUp} that are not counted");
        var random = new Random(seed);
        var results = Enumerable.Range(0, rounds).Select(round => Round(nfstools, Path.Combine(directory, $"latency{round}"), writes, random)).ToList();
        foreach (var (ours, theirs) in results)
        {
            Console.WriteLine($"  nfstools watch {Describe(ours)}; inotifywait {Describe(theirs)}; ratio of medians {Ratio((ours, theirs)):F2}");
        }

        var ratios = results.Select(Ratio).Order().ToList();
        Console.WriteLine($"latency beside inotifywait: {ratios[ratios.Count / 2]:F2} (median of {rounds} rounds), {ratios[0]:F2} (best)");
    }

    private static (double[] Ours, double[] Theirs) Round(string nfstools, string directory, int writes, Random random)
    {
        Directory.CreateDirectory(directory);
        var names = Enumerable.Range(0, Files).Select(i => $"log-{i:D2}.txt").ToList();
        var files = names.ConvertAll(n => File.OpenHandle(Path.Combine(directory, n), FileMode.Create, FileAccess.Write, FileShare.ReadWrite));
        using var ours = new Watch(nfstools, "watch", directory, "--json");
        using var theirs = new Watch("inotifywait", "--monitor", "--quiet", "--event", "modify", "--format", "%f", directory);
        AwaitBoth(files[0], ours, theirs);
        var made = new List<(long At, string Name)>();
        for (var i = 0; i < WarmUp + writes; i++)
        {
            Thread.Sleep(random.Next(LeastPauseMs, MostPauseMs + 1));
            var at = Stopwatch.GetTimestamp();
            RandomAccess.Write(files[i % Files], "line\n"u8, RandomAccess.GetLength(files[i % Files]));
            made.Add((at, names[i % Files]));
        }

        Thread.Sleep(TimeSpan.FromSeconds(1));
        files.ForEach(f => f.Dispose());
        return (Delays(made, ours.Lines), Delays(made, theirs.Lines));
    }

    // Both watch once both told of a write.
    private static void AwaitBoth(Microsoft.Win32.SafeHandles.SafeFileHandle file, Watch ours, Watch theirs)
    {
        var started = Stopwatch.GetTimestamp();
        while (ours.Lines.Length == 0 || theirs.Lines.Length == 0)
        {
            RandomAccess.Write(file, "line\n"u8, RandomAccess.GetLength(file));
            Thread.Sleep(100);
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException("A watcher tells of nothing.");
            }
        }
    }

    // Each write's delay in milliseconds, in ascending order. A line belongs to the last write of its file before it.
    private static double[] Delays(List<(long At, string Name)> made, (long At, string Line)[] lines)
    {
        var byName = made.Select(m => m.Name).Distinct().ToDictionary(n => n, n => lines.Where(l => l.Line.Contains(n, StringComparison.Ordinal)).Select(l => l.At).ToList());
        var delays = made.Select((m, i) =>
        {
            var next = i + Files < made.Count ? made[i + Files].At : long.MaxValue;
            return byName[m.Name].Find(at => at > m.At) is var at and > 0 && at < next
                ? Stopwatch.GetElapsedTime(m.At, at).TotalMilliseconds
                : throw new InvalidOperationException($"Write {i} was not told of before the file's next one.");
        });
        return [.. delays.Skip(WarmUp).Order()];
    }

    private static double Ratio((double[] Ours, double[] Theirs) round) => Median(round.Ours) / Median(round.Theirs);

    private static double Median(double[] sorted) => sorted[sorted.Length / 2];

    private static string Describe(double[] sorted) => $"median {Median(sorted):F3} ms, 99 % within {sorted[(int)Math.Ceiling(sorted.Length * 0.99) - 1]:F3} ms";
}
