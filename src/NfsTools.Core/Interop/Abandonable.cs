using System.Diagnostics.CodeAnalysis;

namespace NfsTools.Interop;

/// <summary>
/// Runs calls that may hang in the kernel (a hard NFS mount whose server is away) where they can be left behind: on a
/// thread of their own, which is free again when the kernel lets it.
/// </summary>
internal static class Abandonable
{
    private static readonly SpareThreads Threads = new();

    /// <summary>Starts the work.</summary>
    public static Task<T> Start<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.HideScheduler, Threads);

    /// <summary>Runs the work; false when it did not end in time. What it throws is thrown here.</summary>
    /// <param name="work">The work.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="result">What the work returned.</param>
    /// <param name="cancellation">Ends the wait, not the work.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static bool TryRun<T>(Func<T> work, TimeSpan timeout, [MaybeNullWhen(false)] out T result, CancellationToken cancellation = default)
    {
        var task = Start(work);
        var milliseconds = timeout == Timeout.InfiniteTimeSpan ? Timeout.Infinite : (int)Math.Clamp(timeout.TotalMilliseconds, 0, int.MaxValue);
        var ended = Task.WaitAny([task], milliseconds, cancellation) == 0;
        result = ended ? task.GetAwaiter().GetResult() : default;
        return ended;
    }
}
