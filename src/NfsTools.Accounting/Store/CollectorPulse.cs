using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Whether a collector gets on. It marks what it waits for: a file server, the store, something new. One that waits for
/// nothing and whose <see cref="Beats"/> stand still hangs in its own code, and only a restart helps. Thread safe.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class CollectorPulse(TimeProvider? time = null)
{
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly List<Wait> waits = [];
    private long beats;

    /// <summary>How many waits have ended.</summary>
    public long Beats => Volatile.Read(ref beats);

    /// <summary>Whether it waits for something, be it for its next look.</summary>
    public bool IsWaiting
    {
        get
        {
            lock (gate)
            {
                return waits.Count > 0;
            }
        }
    }

    /// <summary>Who it has waited for longest for an answer, a path or a store, and for how long; null when it waits for none.</summary>
    public (string Answerer, TimeSpan Elapsed)? Unanswered
    {
        get
        {
            lock (gate)
            {
                return waits.Find(w => w.Answerer is not null) is { } longest ? (longest.Answerer!, clock.GetElapsedTime(longest.Begun)) : null;
            }
        }
    }

    /// <summary>Marks a wait, which ends when the result is disposed.</summary>
    /// <param name="answerer">The path or the store whose answer is waited for; null for a rest, which may be as long as it likes.</param>
    public IDisposable Waiting(string? answerer)
    {
        lock (gate)
        {
            var wait = new Wait(this, answerer, clock.GetTimestamp());
            waits.Add(wait);
            return wait;
        }
    }

    /// <summary>Lets somebody else answer.</summary>
    internal T Ask<T>(string answerer, Func<T> question)
    {
        using (Waiting(answerer))
        {
            return question();
        }
    }

    /// <summary>Lets somebody else answer who may never do so: that does not hold up the wish to stop.</summary>
    internal T Answer<T>(string answerer, Func<T> question, CancellationToken cancellation) => Ask(answerer, () =>
    {
        Abandonable.TryRun(question, Timeout.InfiniteTimeSpan, out var answer, cancellation);
        return answer!;
    });

    private sealed record Wait(CollectorPulse Pulse, string? Answerer, long Begun) : IDisposable
    {
        public void Dispose()
        {
            lock (Pulse.gate)
            {
                Pulse.waits.RemoveAll(w => ReferenceEquals(w, this));
                Pulse.beats++;
            }
        }
    }
}
