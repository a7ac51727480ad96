using System.Diagnostics;

namespace NfsTools.Benchmarks;

/// <summary>A run of a whole process: its wall time and its peak of resident memory.</summary>
internal sealed record Measured(TimeSpan Elapsed, long PeakKb)
{
    private const string PeakLine = "VmHWM:";
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(10);

    public static Measured Run(string program, params string[] arguments)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} does not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(Sample))
        {
            peak = Math.Max(peak, Peak(process.Id));
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0
            ? new Measured(elapsed, peak)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output.Result}");
    }

    public static Measured Median(IEnumerable<Measured> runs) => runs.OrderBy(r => r.Elapsed).ToList() is var sorted ? sorted[sorted.Count / 2] : null!;

    // The process may be gone between the wait and the look.
    private static long Peak(int process)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith(PeakLine, StringComparison.Ordinal)) is { } line
                ? long.Parse(line[PeakLine.Length..].Replace("kB", "", StringComparison.Ordinal).Trim())
                : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
