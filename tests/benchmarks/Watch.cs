using System.Diagnostics;
using System.Text;

namespace NfsTools.Benchmarks;

/// <summary>A watching tool at work: what it prints is kept with the time at which it came out of the pipe. Disposing of it ends it.</summary>
internal sealed class Watch : IDisposable
{
    private readonly Process process;
    private readonly Thread reader;
    private readonly List<(long At, string Line)> lines = [];

    public Watch(string program, params string[] arguments)
    {
        process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} does not start");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        reader = new Thread(Read) { IsBackground = true };
        reader.Start();
    }

    /// <summary>What it has used so far.</summary>
    public ProcessFigures Figures => ProcessFigures.Of(process.Id) is { } figures && !process.HasExited
        ? figures
        : throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}");

    /// <summary>The lines so far, each with its time by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public (long At, string Line)[] Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        reader.Join();
        process.Dispose();
    }

    // A thread that waits in read(2): nothing is between the pipe and the clock.
    private void Read()
    {
        var stream = process.StandardOutput.BaseStream;
        var (buffer, rest) = (new byte[64 << 10], "");
        for (var count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
        {
            var at = Stopwatch.GetTimestamp();
            var whole = (rest + Encoding.UTF8.GetString(buffer.AsSpan(0, count))).Split('\n');
            rest = whole[^1];
            lock (lines)
            {
                lines.AddRange(whole[..^1].Select(l => (at, l)));
            }
        }
    }
}
