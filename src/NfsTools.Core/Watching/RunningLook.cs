namespace NfsTools.Watching;

/// <summary>A look that is under way.</summary>
/// <param name="Maker">Who looks.</param>
/// <param name="Work">What is found.</param>
/// <param name="Unwatched">The directories that inotify is asked to watch before.</param>
/// <param name="Plan">What it is at.</param>
/// <param name="Ended">Whether it has ended, and inotify's events until then are known.</param>
internal sealed record RunningLook(TreeLook Maker, Task<List<DirectoryLook>> Work, List<WatchedDirectory> Unwatched, LookPlan Plan, bool Ended = false)
{
    /// <summary>Has a file system looked at that may hang: on a thread of its own.</summary>
    /// <param name="look">The look.</param>
    /// <param name="ended">Called once it has ended.</param>
    public static Task<List<DirectoryLook>> Apart(Func<List<DirectoryLook>> look, Action ended)
    {
        var work = new Task<List<DirectoryLook>>(look, CancellationToken.None, TaskCreationOptions.LongRunning);
        work.ContinueWith(_ => ended(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        work.Start(TaskScheduler.Default);
        return work;
    }

    /// <summary>Has a local file system looked at, which does not hang: here, without a thread's detour.</summary>
    /// <param name="look">The look.</param>
    public static Task<List<DirectoryLook>> Here(Func<List<DirectoryLook>> look)
    {
        try
        {
            return Task.FromResult(look());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return Task.FromException<List<DirectoryLook>>(e);
        }
    }
}
