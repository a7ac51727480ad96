namespace NfsTools.FileSystems;

/// <summary>
/// Runs calls that may hang in the kernel (a hard NFS mount whose server is away) where they can be left behind: on a
/// thread of their own, which ends when the kernel lets it.
/// </summary>
internal static class Abandonable
{
    /// <summary>Runs the work; null when it did not end in time.</summary>
    public static T? Run<T>(Func<T> work, TimeSpan timeout)
        where T : struct
    {
        var task = new Task<T>(work, TaskCreationOptions.LongRunning);
        task.Start(TaskScheduler.Default);
        return Task.WaitAny([task], timeout) == 0 ? task.GetAwaiter().GetResult() : null;
    }
}
