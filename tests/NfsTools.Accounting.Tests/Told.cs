using System.Collections.Concurrent;
using System.Threading.Channels;
using NfsTools.Accounting.Collecting;

namespace NfsTools.Accounting.Tests;

/// <summary>What a collector tells, kept, and to be waited for.</summary>
/// <param name="during">Told of each event on the collecting thread.</param>
internal sealed class Told(Action<CollectorEvent>? during = null) : IProgress<CollectorEvent>
{
    /// <summary>How long a test waits for what is to happen.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentQueue<CollectorEvent> events = [];
    private readonly Channel<CollectorEvent> unread = Channel.CreateUnbounded<CollectorEvent>();

    public IReadOnlyCollection<CollectorEvent> Events => events;

    public void Report(CollectorEvent value)
    {
        during?.Invoke(value);
        events.Enqueue(value);
        unread.Writer.TryWrite(value);
    }

    /// <summary>Waits for the next event of a kind; those before it are passed over.</summary>
    public async Task<CollectorEvent> Next(CollectorEventKind kind, string text = "")
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (true)
            {
                var told = await unread.Reader.ReadAsync(patience.Token);
                if (told.Kind == kind && told.Message.Contains(text, StringComparison.Ordinal))
                {
                    return told;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No {kind} \"{text}\" was told, but: {string.Join("; ", events.Where(e => e.Kind != CollectorEventKind.Looked).Select(e => $"{e.Kind} {e.Message}"))}");
        }
    }
}
