using System.Diagnostics;

namespace NfsTools.FileSystems;

/// <summary>Keeps tens of looks under way at once: each waits for a file server, not for this processor.</summary>
internal static class InFlight
{
    /// <summary>How many looks are under way at most.</summary>
    public const int Most = 32;

    // Threads to be started first cost more than a few answers that come at once.
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(3);

    static InFlight()
    {
        // Threads that wait for a server do not make others wait: the pool may have as many as can be under way.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, 2 * Most), completions);
    }

    /// <summary>
    /// Looks at each item; results in the items' order. In turn for as long as that is quick, at once from when it shows that it is
    /// not.
    /// </summary>
    /// <exception cref="IOException">The first look that failed.</exception>
    public static TResult[] Select<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> look)
    {
        var results = new TResult[items.Count];
        var (started, done) = (0L, 0);
        while (done < items.Count && (done < 2 || Stopwatch.GetElapsedTime(started) < Quick))
        {
            // Of the first look, code that is used for the first time may be the longest part.
            started = done == 1 ? Stopwatch.GetTimestamp() : started;
            results[done] = look(items[done]);
            done++;
        }

        Rest(items, look, results, done);
        return results;
    }

    /// <summary>Does what takes long, as reading whole files does, with each item at once; results in the items' order.</summary>
    /// <exception cref="IOException">The first that failed.</exception>
    public static TResult[] SelectAtOnce<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> work)
    {
        var results = new TResult[items.Count];
        Rest(items, work, results, 0);
        return results;
    }

    private static void Rest<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> look, TResult[] results, int from)
    {
        if (items.Count - from < 2)
        {
            for (var i = from; i < items.Count; i++)
            {
                results[i] = look(items[i]);
            }

            return;
        }

        try
        {
            Parallel.For(from, items.Count, new ParallelOptions { MaxDegreeOfParallelism = Most }, i => results[i] = look(items[i]));
        }
        catch (AggregateException e) when (e.InnerExceptions.FirstOrDefault(inner => inner is IOException or OperationCanceledException) is { } first)
        {
            throw first is IOException ? new IOException(first.Message, first.HResult) : new OperationCanceledException(first.Message, first);
        }
    }
}
