namespace NfsTools.Accounting.Collecting;

/// <summary>Waits between tries: longer each time, and never as long as others that failed at the same moment.</summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private TimeSpan next = First;

    /// <summary>The longest wait, but for the half that is by chance.</summary>
    public TimeSpan Most { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The next wait: within half and one and a half of 1, 2, 4 s ... up to the longest.</summary>
    public TimeSpan Next()
    {
        var wait = next * (0.5 + Random.Shared.NextDouble());
        next = next * 2 < Most ? next * 2 : Most;
        return wait;
    }

    /// <summary>It worked.</summary>
    public void Reset() => next = First;
}
