using System.Collections.Concurrent;
using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>A watch that runs beside a test, whose events the test awaits.</summary>
internal sealed class WatchSession : IDisposable
{
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly BlockingCollection<FileEvent> events = [];
    private readonly Task running;

    /// <param name="options">What to watch.</param>
    /// <param name="awaitStart">Return once the watch is on: a file made in the first directory shows it.</param>
    public WatchSession(WatchOptions options, bool awaitStart = true)
    {
        running = Task.Run(() =>
        {
            foreach (var e in new FileWatcher(options).Watch(stop.Token))
            {
                events.Add(e);
            }
        });
        if (awaitStart)
        {
            AwaitStart(options.Paths[0]);
        }
    }

    public FileEvent Next()
    {
        if (running.IsFaulted)
        {
            running.GetAwaiter().GetResult();
        }

        return events.TryTake(out var next, 30_000, stop.Token) ? next : throw new TimeoutException("no event came");
    }

    public void Await(FileEventKind kind, string path)
    {
        for (var next = Next(); next.Kind != kind || next.Path != path; next = Next())
        {
        }
    }

    /// <summary>The events of everything done so far.</summary>
    /// <param name="marker">A file that may be made to tell; events seen together come in any order, so it takes two.</param>
    public List<FileEvent> Until(string marker)
    {
        var before = new List<FileEvent>();
        foreach (var file in new[] { marker, marker + "2" })
        {
            Make(file);
            for (var next = Next(); next.Path != file; next = Next())
            {
                before.Add(next);
            }
        }
        return before;
    }

    /// <summary>Makes an empty file in one step.</summary>
    public static void Make(string path) => new FileStream(path, FileMode.CreateNew).Dispose();

    /// <summary>Nothing was reported: the event of a file made now is the next.</summary>
    public void AssertSilent(string marker) => Assert.Empty(Until(marker));

    public void Dispose()
    {
        stop.Cancel();
        running.GetAwaiter().GetResult();
        stop.Dispose();
        events.Dispose();
    }

    // The first look takes in what is there silently: files are made until one is news.
    private void AwaitStart(string path)
    {
        var place = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        var pattern = Directory.Exists(path) ? "started{0}.acct" : Path.GetFileName(path).Replace("*", "{0}", StringComparison.Ordinal);
        for (var i = 0; ; i++)
        {
            var probe = Path.Combine(place, string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, $"-{i}"));
            Make(probe);
            var seen = false;
            while (!seen && events.TryTake(out var e, 200, stop.Token))
            {
                seen = e.Path == probe && e.After is not null;
            }

            File.Delete(probe);
            if (seen)
            {
                Await(FileEventKind.Deleted, probe);
                return;
            }
        }
    }
}
