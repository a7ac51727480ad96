namespace NfsTools.Interop;

/// <summary>
/// Runs each task on a thread that does nothing else meanwhile: one that has come back from an earlier task, or a new one. No
/// task waits for another, however many hang. A check takes several such steps, and starting a thread for each cost more than
/// what it asked (6 to 15 ms each on a slow host, where handing work to one that is there takes 0.3 ms).
/// </summary>
internal sealed class SpareThreads : TaskScheduler
{
    // Looks of a job or a watch follow each other faster.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private readonly Queue<Task> waiting = new();
    private int spare;

    protected override void QueueTask(Task task)
    {
        lock (waiting)
        {
            waiting.Enqueue(task);
            if (waiting.Count <= spare)
            {
                Monitor.Pulse(waiting);
                return;
            }
        }

        new Thread(Work) { IsBackground = true, Name = "nfstools look" }.Start();
    }

    // Whoever waits for the task must be able to leave it behind.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (waiting)
        {
            return [.. waiting];
        }
    }

    private void Work()
    {
        while (Next() is { } task)
        {
            TryExecuteTask(task);
        }
    }

    private Task? Next()
    {
        lock (waiting)
        {
            for (var awaited = true; awaited || waiting.Count > 0;)
            {
                if (waiting.TryDequeue(out var task))
                {
                    return task;
                }

                spare++;
                awaited = Monitor.Wait(waiting, Lifetime);
                spare--;
            }

            return null;
        }
    }
}
