using System.Diagnostics;

namespace NfsTools.Benchmarks;

/// <summary>A run of a whole process: its wall time, the processor time of all its threads, within 20 ms, and its peak of resident memory.</summary>
internal sealed record Measured(TimeSpan Elapsed, TimeSpan Cpu, long PeakKb)
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(10);

    public static Measured Run(string program, params string[] arguments)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} does not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var (cpu, peak) = (TimeSpan.Zero, 0L);
        while (!process.WaitForExit(Sample))
        {
            if (ProcessFigures.Of(process.Id) is { } now)
            {
                (cpu, peak) = (now.Cpu, Math.Max(peak, now.PeakKb));
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0
            ? new Measured(elapsed, cpu, peak)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output.Result}");
    }

    public static Measured Median(IEnumerable<Measured> runs) => runs.OrderBy(r => r.Elapsed).ToList() is var sorted ? sorted[sorted.Count / 2] : null!;
}
