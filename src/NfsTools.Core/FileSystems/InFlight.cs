namespace NfsTools.FileSystems;

/// <summary>Keeps tens of looks under way at once: each waits for a file server, not for this processor.</summary>
internal static class InFlight
{
    /// <summary>How many looks are under way at most.</summary>
    public const int Most = 32;

    static InFlight()
    {
        // Threads that wait for a server do not make others wait: the pool may have as many as can be under way.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, 2 * Most), completions);
    }

    /// <summary>Looks at each item; results in the items' order.</summary>
    /// <exception cref="IOException">The first look that failed.</exception>
    public static TResult[] Select<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> look)
    {
        if (items.Count == 1)
        {
            return [look(items[0])];
        }

        var results = new TResult[items.Count];
        try
        {
            Parallel.For(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = Most }, i => results[i] = look(items[i]));
        }
        catch (AggregateException e) when (e.InnerExceptions.FirstOrDefault(inner => inner is IOException or OperationCanceledException) is { } first)
        {
            throw first is IOException ? new IOException(first.Message, first.HResult) : new OperationCanceledException(first.Message, first);
        }

        return results;
    }
}
