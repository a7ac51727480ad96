using System.Diagnostics.CodeAnalysis;

namespace NfsTools.FileSystems;

/// <summary>
/// Runs calls that may hang in the kernel (a hard NFS mount whose server is away) where they can be left behind: on a
/// thread of their own, which ends when the kernel lets it.
/// </summary>
internal static class Abandonable
{
    /// <summary>Runs the work; false when it did not end in time. What it throws is thrown here.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static bool TryRun<T>(Func<T> work, TimeSpan timeout, [MaybeNullWhen(false)] out T result, CancellationToken cancellation = default)
    {
        var task = new Task<T>(work, TaskCreationOptions.LongRunning);
        task.Start(TaskScheduler.Default);
        var ended = Task.WaitAny([task], (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue), cancellation) == 0;
        result = ended ? task.GetAwaiter().GetResult() : default;
        return ended;
    }
}
