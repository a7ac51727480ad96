using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// Follows growing logs by line, whoever writes them, through every rotation: each line once, in the order of its log. A line
/// without its end is told when the end is there, or when the log went on to a newer file.
/// </summary>
public sealed class LogWatcher
{
    private readonly LogWatchOptions options;
    private readonly IProgress<string>? trouble;
    private readonly TimeProvider time;
    private readonly List<WatchedLog> logs;

    /// <summary>Makes a watcher.</summary>
    /// <param name="options">The logs.</param>
    /// <param name="trouble">Told, once each, of what stands in the way of reading on.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NfsToolsException">No log is named, or a path leads to a directory, a pipe or a device.</exception>
    public LogWatcher(LogWatchOptions options, IProgress<string>? trouble = null, TimeProvider? time = null)
    {
        this.options = options;
        this.trouble = trouble;
        this.time = time ?? TimeProvider.System;
        if (options.Paths.Count == 0)
        {
            throw new NfsToolsException("No log is named.", "Name the live file, e.g. LSB_SHAREDIR/cluster/logdir/lsb.acct.");
        }

        var paths = options.Paths.Select(path => FilePath.Full(path)).Distinct().ToList();
        List<LogFamily> families = [.. paths.Select(p => new LogFamily(p))];
        families.ForEach(f => f.Check());
        logs = LogFamily.WithoutArchives(families, f => f).ConvertAll(f => new WatchedLog(f, options.ResumeFrom?.ToList(), options, this.time));
    }

    /// <summary>Follows the logs until it is cancelled. Lines come as they are read; whoever stops reading them ends the watch.</summary>
    public IEnumerable<LogLine> Watch(CancellationToken cancellation)
    {
        using var wake = new LogWake(logs.ConvertAll(l => l.Follower.Family));
        do
        {
            // Watched before it is read: what is written while a pass reads wakes the next one.
            wake.Watch();
            if (wake.TakeShortage(options.PollInterval) is { } shortage)
            {
                trouble?.Report(shortage);
            }

            foreach (var line in logs.SelectMany(log => Pass(log, wake, cancellation)))
            {
                yield return line;
            }
        }
        while (Pause(wake, cancellation));
    }

    private IEnumerable<LogLine> Pass(WatchedLog log, LogWake wake, CancellationToken cancellation)
    {
        string? failure = null;
        foreach (var segment in Attempt(log.Scan) ?? [])
        {
            using (segment)
            {
                for (var more = true; more && Attempt(() => log.Read(segment)) is { } chunk;)
                {
                    var lines = log.Lines(segment, chunk, OriginOf(log, wake));
                    more = lines.Count > 0 && !chunk.Ended;
                    foreach (var line in lines)
                    {
                        yield return line;
                    }
                }
            }
        }

        if (!cancellation.IsCancellationRequested && log.Follower.TakeNews(failure) is { } news)
        {
            trouble?.Report($"{log.Follower.Family.LivePath}: {news}");
        }

        // A server that is away holds the reads up, not the wish to stop.
        T? Attempt<T>(Func<T> read)
            where T : class?
        {
            try
            {
                Abandonable.TryRun(read, Timeout.InfiniteTimeSpan, out var result, cancellation);
                return result;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failure = LogPatience.OfFailure(e);
                return null;
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    private static FileEventOrigin OriginOf(WatchedLog log, LogWake wake) =>
        log.Follower.IsLocal ? FileEventOrigin.Local
        : log.IsCatchingUp || wake.Lost ? FileEventOrigin.Unknown
        : wake.IsTold(log.Follower.Family) ? FileEventOrigin.Local : FileEventOrigin.Remote;

    private bool Pause(LogWake wake, CancellationToken cancellation)
    {
        try
        {
            wake.Wait(options.PollInterval, time, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
