using System.Collections.Concurrent;

namespace NfsTools.Accounting.Sources;

/// <summary>Lets a sequence be made on another thread, one element ahead of its reader.</summary>
internal static class Prefetch
{
    /// <param name="make">Makes the elements.</param>
    /// <param name="isLarge">Whether an element is so large that the next one is made only when the reader is done with it.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IEnumerable<T> Ahead<T>(Func<CancellationToken, IEnumerable<T>> make, Func<T, bool> isLarge, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var queue = new BlockingCollection<T>();

        // While one is made, one is with the reader: two are there at most.
        using var room = new SemaphoreSlim(1);
        var producer = Task.Run(
            () =>
            {
                try
                {
                    foreach (var element in make(stop.Token))
                    {
                        queue.Add(element, stop.Token);
                        room.Wait(stop.Token);
                        if (isLarge(element))
                        {
                            room.Wait(stop.Token);
                            room.Release();
                        }
                    }
                }
                finally
                {
                    queue.CompleteAdding();
                }
            },
            CancellationToken.None);
        try
        {
            foreach (var element in queue.GetConsumingEnumerable(cancellation))
            {
                yield return element;
                room.Release();
            }

            producer.GetAwaiter().GetResult();
        }
        finally
        {
            // A producer that a file server holds up is left behind when the reader is to stop.
            stop.Cancel();
            Task.WaitAny([producer], Timeout.Infinite, cancellation);
        }
    }
}
