using NfsTools.Coordination;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Accounting.Collecting;

/// <summary>
/// Keeps a collector's metrics in a file, for node_exporter's textfile collector. The file appears whole, within a second
/// after a change and every 15 seconds at least: one that is older belongs to a collector that is gone.
/// </summary>
public sealed class CollectorMetricsFile : IDisposable
{
    // A file system that does not answer does not hold up the collector's end.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostInterval = TimeSpan.FromSeconds(15);
    private const string Ending = ".prom";
    private const string Remedy = "Name a file in a directory that exists and that you may write to, which the collector has to itself, e.g. one that ends in .prom.";
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly CollectorMetrics metrics;
    private readonly Action<string> warn;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private readonly SharedLock? own;
    private (long Version, long At) written;
    private bool failing, ended;

    /// <summary>Writes the file, and keeps it up to date from now on.</summary>
    /// <param name="path">The file; node_exporter reads those that end in <c>.prom</c>.</param>
    /// <param name="metrics">The metrics.</param>
    /// <param name="warn">Told, on a thread of its own, when the file cannot be written any more, and when it can be again.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NfsToolsException">The file cannot be written, has something else than metrics, or another collector keeps its metrics there.</exception>
    public CollectorMetricsFile(string path, CollectorMetrics metrics, Action<string> warn, TimeProvider? time = null)
    {
        (FilePath, this.metrics, this.warn, this.time) = (Interop.FilePath.Full(path), metrics, warn, time ?? TimeProvider.System);
        own = Take(FilePath);
        try
        {
            Spare(FilePath);
            Write();
        }
        catch
        {
            own?.Dispose();
            throw;
        }

        timer = this.time.CreateTimer(_ => Refresh(), null, LeastInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Ends it, and leaves in the file that the collector has ended.</summary>
    public void Dispose()
    {
        metrics.End();
        End(Write);
    }

    /// <summary>Ends it, and leaves no file: the collector goes on without it.</summary>
    public void Remove() => End(() => WholeFile.Remove(FilePath));

    // The lock has not the ending that node_exporter reads. What is written to a device or a pipe replaces nothing.
    private static SharedLock? Take(string path)
    {
        try
        {
            return PassingFile.Is(path) ? null : OwnFile.Take(path, "metrics", (path.EndsWith(Ending, StringComparison.Ordinal) ? path[..^Ending.Length] : path) + OwnFile.LockEnding);
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{path}: the metrics cannot be written: {e.Message.TrimEnd('.')}.", "Name a file in a directory that exists and that you may write to.", e);
        }
    }

    // The metrics of an earlier run are replaced; a log, a store or whatever else was named by mistake is not.
    private static void Spare(string path)
    {
        try
        {
            // Of a link, the link alone is replaced: what it names stays.
            if (PassingFile.Is(path) || FileStatus.Of(path, follow: false) is not { IsLink: false } there)
            {
                return;
            }

            if (!there.IsRegular)
            {
                throw new NfsToolsException($"{path}: this is {there.Kind}, and no file of metrics.", Remedy);
            }

            using var file = ReadOnlyFile.TryOpen(path);
            var begin = new byte[CollectorMetrics.Beginning.Length];
            if (file?.Read(begin, 0) is { } length and > 0 && !CollectorMetrics.Beginning.StartsWith(begin.AsSpan(..length)))
            {
                throw new NfsToolsException($"{path}: this file is there, and has no metrics of a collector.", Remedy);
            }
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{path}: the metrics cannot be written: {e.Message.TrimEnd('.')}.", Remedy, e);
        }
    }

    private void End(Action last)
    {
        if (!gate.TryEnter(LongestEnd))
        {
            return;
        }

        try
        {
            if (!ended)
            {
                ended = true;
                timer.Dispose();
                Try(last);
                own?.Dispose();
            }
        }
        finally
        {
            gate.Exit();
        }
    }

    private void Refresh()
    {
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            if (metrics.Version != written.Version || time.GetElapsedTime(written.At) >= MostInterval)
            {
                Try(Write);
            }

            timer.Change(LeastInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Try(Action work)
    {
        try
        {
            work();
            if (failing)
            {
                failing = false;
                warn("the metrics can be written again");
            }
        }
        catch (Exception e) when (e is IOException or NfsToolsException)
        {
            if (!failing)
            {
                failing = true;
                warn($"the metrics cannot be written: {(e.InnerException ?? e).Message}; trying again");
            }
        }
    }

    private void Write()
    {
        written = (metrics.Version, time.GetTimestamp());
        WholeFile.Write(FilePath, "metrics", file => file.Write(System.Text.Encoding.UTF8.GetBytes(metrics.ToString())), Mode, waits: false);
    }
}
