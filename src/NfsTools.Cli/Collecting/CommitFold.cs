using NfsTools.Accounting.Collecting;

namespace NfsTools.Cli.Collecting;

/// <summary>Commits of one file within a second, as one event.</summary>
internal sealed class CommitFold : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, CollectorEvent> held = [];
    private readonly Action<CollectorEvent> tell;
    private readonly Timer timer;

    /// <param name="tell">Told of the folded commits, on a thread of its own or on that of <see cref="Flush"/>.</param>
    public CommitFold(Action<CollectorEvent> tell)
    {
        this.tell = tell;
        timer = new Timer(_ => Flush());
    }

    public void Add(CollectorEvent commit)
    {
        lock (gate)
        {
            if (held.Count == 0)
            {
                timer.Change(Window, Timeout.InfiniteTimeSpan);
            }

            held[commit.Path] = !held.TryGetValue(commit.Path, out var before) ? commit : before with
            {
                Bytes = before.Bytes + commit.Bytes,
                Records = before.Records + commit.Records,
                Duplicates = before.Duplicates + commit.Duplicates,
                Rejects = before.Rejects + commit.Rejects,
            };
        }
    }

    /// <summary>Tells of what is held.</summary>
    public void Flush()
    {
        lock (gate)
        {
            foreach (var commit in held.Values)
            {
                tell(commit);
            }

            held.Clear();
        }
    }

    /// <summary>Tells of what is held; nothing is told afterwards.</summary>
    public void Dispose()
    {
        using var stopped = new ManualResetEvent(false);
        if (timer.Dispose(stopped))
        {
            stopped.WaitOne();
        }

        Flush();
    }
}
