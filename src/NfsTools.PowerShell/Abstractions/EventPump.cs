using System.Collections.Concurrent;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>
/// Runs a watch on a thread of its own and hands what it tells over through a bounded queue: a pipeline that is slow makes the
/// watch wait, not the memory grow.
/// </summary>
internal sealed class EventPump : IDisposable
{
    private const int MostQueued = 1024;

    // A file system that hangs may hold the watch's thread: it is left behind then, and ends when the kernel lets it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly BlockingCollection<object> events = new(MostQueued);
    private readonly SemaphoreSlim delivered = new(0);
    private readonly CancellationTokenSource stop = new();
    private readonly Action<Action<object>, CancellationToken> watch;
    private readonly bool awaitDelivery;
    private readonly Thread producer;
    private Exception? failure;

    /// <param name="watch">The watch: it hands over what it tells, until it is cancelled.</param>
    /// <param name="awaitDelivery">
    /// The watch goes on from an event only once that is delivered: it must be where the watch keeps a state, which tells of an
    /// event that it was seen.
    /// </param>
    public EventPump(Action<Action<object>, CancellationToken> watch, bool awaitDelivery)
    {
        (this.watch, this.awaitDelivery) = (watch, awaitDelivery);
        producer = new Thread(Produce) { IsBackground = true, Name = "Watch-SharedFile" };
        producer.Start();
    }

    /// <summary>What the watch tells, until it ends.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="NfsToolsException">The watch cannot go on.</exception>
    public IEnumerable<object> Take(CancellationToken cancellation)
    {
        foreach (var e in events.GetConsumingEnumerable(cancellation))
        {
            yield return e;
        }

        if (failure is not null)
        {
            throw failure as NfsToolsException ?? new NfsToolsException($"The watch cannot go on: {failure.Message}", "Check that the files can be read and that their file system answers.", failure);
        }
    }

    /// <summary>Notes that the pipeline has had an event.</summary>
    public void Delivered()
    {
        if (awaitDelivery)
        {
            delivered.Release();
        }
    }

    /// <summary>Ends the watch and waits for its end, which saves its state.</summary>
    public void Dispose()
    {
        stop.Cancel();
        if (producer.Join(Patience))
        {
            stop.Dispose();
            delivered.Dispose();
            events.Dispose();
        }
    }

    private void Produce()
    {
        try
        {
            watch(HandOver, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whoever reads has stopped; what was not delivered is not in the state either.
        }
        catch (Exception e)
        {
            failure = e;
        }
        finally
        {
            events.CompleteAdding();
        }
    }

    private void HandOver(object told)
    {
        events.Add(told, stop.Token);
        if (!awaitDelivery)
        {
            return;
        }

        try
        {
            delivered.Wait(stop.Token);
        }
        catch (OperationCanceledException)
        {
            // A delivery counts even when the pipeline ended right behind it.
            if (!delivered.Wait(0, CancellationToken.None))
            {
                throw;
            }
        }
    }
}
