using System.Diagnostics;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.TestKit;

namespace NfsTools.Benchmarks;

/// <summary>How fast a log's bytes become the columns of its jobs, on one thread, beside <c>wc -l</c> on the same file in cache.</summary>
internal static class ParseBenchmark
{
    private const int ChunkBytes = 4 << 20;

    public static void Run(string directory, long records, int rounds)
    {
        var log = Path.Combine(directory, "parse.acct");
        using (var file = File.Create(log))
        {
            new LsfLogGenerator(1, new LsfGeneratorOptions()).WriteTo(file, records);
        }

        // The first round is left out: code is compiled in it.
        var (lines, columns) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round <= rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            Measured.Run("wc", "-l", log);
            var counted = Stopwatch.GetElapsedTime(started);
            started = Stopwatch.GetTimestamp();
            Read(log);
            if (round > 0)
            {
                lines.Add(counted);
                columns.Add(Stopwatch.GetElapsedTime(started));
            }
        }

        var (wc, parsed) = (Median(lines), Median(columns));
        Console.WriteLine($"parsing {records} records, {new FileInfo(log).Length / 1e6:F0} MB, into columns: {parsed.TotalSeconds:F2} s, {new FileInfo(log).Length / parsed.TotalSeconds / 1e6:F0} MB/s; wc -l {wc.TotalSeconds:F3} s; {parsed / wc:F1} times that");
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static void Read(string log)
    {
        using var file = File.OpenHandle(log);
        var reader = new RecordReader(new RecordParser(RecordFormats.Get("lsf")));
        var (buffer, kept, at) = (new byte[2 * ChunkBytes], 0, 0L);
        var (units, jobs) = (new List<RecordUnit>(), new JobRows());
        for (int read; (read = RandomAccess.Read(file, buffer.AsSpan(kept, ChunkBytes), at)) > 0 || kept > 0;)
        {
            at += read;
            var data = buffer.AsMemory(0, kept + read);
            units.Clear();
            jobs.Clear();
            var used = reader.Read(data, final: read == 0, acceptNuls: true, units, jobs);
            data[used..].CopyTo(buffer);
            kept = data.Length - used;
        }
    }
}
